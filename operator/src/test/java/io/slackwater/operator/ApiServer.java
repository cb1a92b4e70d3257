package io.slackwater.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** A Kubernetes API for tests, with the custom resources defined: the embedded one or a real one. */
interface ApiServer extends AutoCloseable {
    /** Tag of scenarios that touch the API as the others do, and take long: one API server, and a cluster, will do (see .ci/run). */
    String ON_ANY = "on-any-api-server";

    /** A further client. The caller closes it. */
    KubernetesClient newClient();

    /** A further client, made as the operator makes its own, and with no more rights where rights are checked. The caller closes it. */
    KubernetesClient newOperatorClient();

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
            public KubernetesClient newOperatorClient() {
                return ApiClients.open(kubernetes.config());
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

    /** The definitions of today, one after the other. */
    static InputStream definitions() {
        List<InputStream> all = new ArrayList<>();
        for (String plural : List.of("pubsubclusters", "pubsubgateways", "channelmigrations")) {
            all.add(definition(plural));
            all.add(new ByteArrayInputStream("\n---\n".getBytes(StandardCharsets.UTF_8)));
        }
        return new SequenceInputStream(Collections.enumeration(all));
    }

    /** One of them. */
    static InputStream definition(String plural) {
        return Objects.requireNonNull(
                ApiServer.class.getResourceAsStream("/crds/" + plural + ".slackwater.io-v1.yml"), plural);
    }
}
