package io.slackwater.operator;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A Kubernetes API for tests, with the custom resources defined: the embedded one or a real one. */
interface ApiServer extends AutoCloseable {
    /** A further client. The caller closes it. */
    KubernetesClient newClient();

    /** A further client, with no more rights than the operator is meant to have where rights are checked. The caller closes it. */
    default KubernetesClient newOperatorClient() {
        return newClient();
    }

    /** Writes a kubeconfig for other processes. */
    void writeKubeconfig(Path file);

    @Override
    void close();

    /** The embedded one. */
    static ApiServer embedded() {
        EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
        kubernetes.define(definitions());
        return new ApiServer() {
            @Override
            public KubernetesClient newClient() {
                return kubernetes.newClient();
            }

            @Override
            public void writeKubeconfig(Path file) {
                kubernetes.writeKubeconfig(file);
            }

            @Override
            public void close() {
                kubernetes.close();
            }
        };
    }

    /** A real one; skips the test where its programs are not installed. */
    static ApiServer real() {
        String programs = System.getenv("KUBE_API_TEST_DIR");
        Assumptions.assumeTrue(
                programs != null && Files.isDirectory(Path.of(programs)),
                "needs the programs of a Kubernetes API server: set KUBE_API_TEST_DIR to the folder that has them in k8s/");
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withTestDir(programs)
                .build());
        server.start();
        ApiServer real = new ApiServer() {
            @Override
            public KubernetesClient newClient() {
                return new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                        .build();
            }

            @Override
            public KubernetesClient newOperatorClient() {
                Config config = new ConfigBuilder(Config.fromKubeconfig(server.getKubeConfigYaml()))
                        .withImpersonateUsername("system:serviceaccount:default:slackwater-operator")
                        .withRequestRetryBackoffLimit(0)
                        .build();
                return new KubernetesClientBuilder().withConfig(config).build();
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
        };
        try (KubernetesClient client = real.newClient();
                InputStream yaml = definitions();
                InputStream rights = Files.newInputStream(Path.of("..", "deploy", "rbac", "operator.yaml"))) {
            client.load(rights).create();
            client.load(yaml).create();
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName("pubsubclusters.slackwater.io")
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
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return real;
    }

    private static InputStream definitions() {
        return Objects.requireNonNull(
                ApiServer.class.getResourceAsStream("/crds/pubsubclusters.slackwater.io-v1.yml"), "definitions");
    }
}
