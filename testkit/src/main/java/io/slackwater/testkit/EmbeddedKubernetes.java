package io.slackwater.testkit;

import io.fabric8.kubernetes.api.model.NamedContextBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.slackwater.testkit.apiserver.ApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A Kubernetes API server in this process, on loopback and plain HTTP, that behaves to an operator as a real one does:
 * server-side apply, status and scale subresources, generation, conflicts, finalizers, graceful deletion of pods,
 * garbage collection by owner reference, watches that resume.
 *
 * <p>It validates nothing against schemas, checks no rights, and runs no controller or scheduler: pods stay Pending until
 * somebody, such as {@link StandInKubelet}, reports on them. As on a real server, deleting a pod that is bound to no node
 * removes it at once; one with a {@code spec.nodeName} goes through its grace period. Thread-safe.
 */
public final class EmbeddedKubernetes implements AutoCloseable {
    private static final String CONTEXT = "embedded";

    private final ApiServer server;
    private final KubernetesClient client;
    private final List<KubernetesClient> clients = new CopyOnWriteArrayList<>();

    private EmbeddedKubernetes(int port, InstantSource clock) {
        server = new ApiServer(port, clock);
        client = newClient();
    }

    /** Starts a server on any free port. */
    public static EmbeddedKubernetes start() {
        return start(0, InstantSource.system());
    }

    /**
     * Starts a server.
     *
     * @param port 0 for any free one
     * @param clock where times of creation and deletion come from
     * @throws UncheckedIOException if the port is taken
     */
    public static EmbeddedKubernetes start(int port, InstantSource clock) {
        return new EmbeddedKubernetes(port, clock);
    }

    /** A client for the namespace {@code default}; closed with this server. */
    public KubernetesClient client() {
        return client;
    }

    /** A further client with connections of its own; closed with this server at the latest. */
    public KubernetesClient newClient() {
        KubernetesClient created =
                new KubernetesClientBuilder().withConfig(config()).build();
        clients.add(created);
        return created;
    }

    /** Where the server listens, such as {@code http://127.0.0.1:41234}. */
    public String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** A configuration that reaches this server and takes nothing from the environment. */
    public Config config() {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(url())
                .withNamespace("default")
                .withHttp2Disable(true)
                .addToContexts(new NamedContextBuilder()
                        .withName(CONTEXT)
                        .withNewContext()
                        .withCluster(CONTEXT)
                        .withNamespace("default")
                        .withUser(CONTEXT)
                        .endContext()
                        .build())
                .withCurrentContext(new NamedContextBuilder()
                        .withName(CONTEXT)
                        .withNewContext()
                        .withCluster(CONTEXT)
                        .withNamespace("default")
                        .withUser(CONTEXT)
                        .endContext()
                        .build())
                .build();
    }

    /** Writes a kubeconfig for other processes, kubectl among them. */
    public void writeKubeconfig(Path file) {
        String yaml = """
                apiVersion: v1
                kind: Config
                current-context: embedded
                clusters:
                - name: embedded
                  cluster: {server: "%s"}
                contexts:
                - name: embedded
                  context: {cluster: embedded, namespace: default, user: embedded}
                users:
                - name: embedded
                  user: {}
                """.formatted(url());
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException("could not write the kubeconfig " + file, e);
        }
    }

    /**
     * Defines custom resources from the YAML of their CustomResourceDefinitions, with their status and scale
     * subresources; replaces definitions of the same name. The stream is closed.
     */
    public void define(InputStream crds) {
        try (crds) {
            client.load(crds).items().forEach(item -> {
                if (!(item instanceof CustomResourceDefinition crd)) {
                    throw new IllegalArgumentException(
                            "expected a CustomResourceDefinition, found a " + item.getKind());
                }
                define(crd);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("could not read the CustomResourceDefinitions", e);
        }
    }

    /** Defines a custom resource. */
    public void define(CustomResourceDefinition crd) {
        client.resource(crd).unlock().createOr(existing -> existing.update());
    }

    /** How many requests to write something have come so far: for whatever, successful or not. */
    public long writes() {
        return server.writes().values().stream().mapToLong(Long::longValue).sum();
    }

    /** The same for one kind of object, by its plural name such as {@code leases}. */
    public long writes(String plural) {
        return server.writes().getOrDefault(plural, 0L);
    }

    /** How many watches of one kind of object are open, by its plural name. */
    public long watches(String plural) {
        return server.watches(plural);
    }

    /** Ends every connection at once, watches too, as a restarting API server would; clients may come back. */
    public void cutConnections() {
        server.cutConnections();
    }

    @Override
    public void close() {
        clients.forEach(KubernetesClient::close);
        server.close();
    }
}
