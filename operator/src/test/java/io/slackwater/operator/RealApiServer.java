package io.slackwater.operator;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.cert.CertManager;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A real kube-apiserver with its etcd, the custom resources and the operator's rights. It writes an audit log, and owner references
 * that hold deletions back need a right of their own, as on clusters that are careful. No controllers run: pods stay as they are.
 */
final class RealApiServer implements ApiServer {
    /** The user that the operator is, with the rights of {@code deploy/rbac} and no others. */
    static final String OPERATOR = "system:serviceaccount:default:slackwater-operator";

    private final KubeAPIServer server;
    private final AuditLog audit;
    private static final LocalTime LAST_MINUTES = LocalTime.of(23, 58);

    private RealApiServer(KubeAPIServer server, AuditLog audit) {
        this.server = server;
        this.audit = audit;
    }

    /** Starts one with the definitions of today; skips the test where the programs are not installed. */
    static RealApiServer start() {
        try (InputStream definitions = ApiServer.definitions()) {
            return start(definitions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one with these definitions. */
    static RealApiServer start(InputStream definitions) {
        String programs = System.getenv("KUBE_API_TEST_DIR");
        Assumptions.assumeTrue(
                programs != null && Files.isDirectory(Path.of(programs)),
                "needs the programs of a Kubernetes API server: set KUBE_API_TEST_DIR to the folder that has them in k8s/");
        awaitMidnight();
        try {
            makeCertificates(Path.of(programs));
            Path folder = Files.createTempDirectory("api-server");
            List<String> flags = new ArrayList<>(AuditLog.flags(folder));
            flags.add("--enable-admission-plugins=OwnerReferencesPermissionEnforcement");
            KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                    .withOfflineMode(true)
                    .withTestDir(programs)
                    .withApiServerFlags(flags)
                    .build());
            server.start();
            RealApiServer started = new RealApiServer(server, new AuditLog(folder.resolve("audit.log")));
            try (KubernetesClient client = started.newClient();
                    InputStream rights = Files.newInputStream(Path.of("..", "deploy", "rbac", "operator.yaml"))) {
                client.load(rights).create();
                started.define(definitions);
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The library makes its certificates once, in the folder of the programs. It would make them again in a second JVM that begins at the
     * same time, and servers and clients of the first would not know each other any more.
     */
    private static synchronized void makeCertificates(Path programs) throws IOException {
        if (Files.isWritable(programs)) {
            try (FileChannel file = FileChannel.open(
                            programs.resolve("certificates.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                new CertManager(programs.toString()).createCertificatesIfNeeded();
            }
        }
    }

    /**
     * The library waits for the server until a time of day, and calls a server that is to be ready after midnight late at once. So a
     * server that would be started in the last minute of a day is started in the first of the next.
     */
    private static void awaitMidnight() {
        LocalTime now = LocalTime.now();
        if (now.isAfter(LAST_MINUTES)) {
            try {
                Thread.sleep(Duration.between(now, LocalTime.MAX).plusSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Installs definitions, or replaces those of the same name, and waits until they are served. */
    void define(InputStream definitions) {
        try (KubernetesClient client = newClient()) {
            List<HasMetadata> all = client.load(definitions).items();
            for (HasMetadata definition : all) {
                client.resource(definition).unlock().createOr(existing -> existing.update());
                client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(definition.getMetadata().getName())
                        .waitUntilCondition(
                                crd -> crd.getStatus() != null
                                        && crd.getStatus().getConditions() != null
                                        && crd.getStatus().getConditions().stream()
                                                .anyMatch(condition -> condition
                                                                .getType()
                                                                .equals("Established")
                                                        && condition.getStatus().equals("True")),
                                20,
                                TimeUnit.SECONDS);
            }
            all.forEach(
                    definition -> awaitStorage(client, definition.getMetadata().getName()));
        }
    }

    /** Established ones are not listed from the cache yet: an operator that starts now would give its Lease back, and begin anew. */
    private static void awaitStorage(KubernetesClient client, String definition) {
        int dot = definition.indexOf('.');
        String list = "/apis/" + definition.substring(dot + 1) + "/v1alpha1/" + definition.substring(0, dot)
                + "?resourceVersion=0";
        await("the storage of " + definition)
                .atMost(Duration.ofSeconds(20))
                .ignoreException(KubernetesClientException.class)
                .until(() -> client.raw(list) != null);
    }

    /** How an administrator reaches it. */
    Config config() {
        return Config.fromKubeconfig(server.getKubeConfigYaml());
    }

    /** How the operator reaches it, through a port of loopback that leads to {@link #port}. */
    Config operatorConfig(int port) {
        return new ConfigBuilder(config())
                .withMasterUrl("https://127.0.0.1:" + port)
                .withImpersonateUsername(OPERATOR)
                .build();
    }

    /** Where it listens, on loopback. */
    int port() {
        return URI.create(config().getMasterUrl()).getPort();
    }

    AuditLog audit() {
        return audit;
    }

    @Override
    public KubernetesClient newClient() {
        return new KubernetesClientBuilder().withConfig(config()).build();
    }

    @Override
    public KubernetesClient newOperatorClient() {
        return ApiClients.open(operatorConfig(port()));
    }

    @Override
    public void writeKubeconfig(Path file) {
        try {
            Files.writeString(file, server.getKubeConfigYaml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
