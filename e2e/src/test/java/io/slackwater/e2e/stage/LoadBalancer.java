package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A HAProxy in front of gateways, by the recipe in {@code deploy/haproxy}, until it is closed. */
public final class LoadBalancer implements AutoCloseable {
    private static final Path RECIPE = Path.of("..", "deploy", "haproxy");
    private static final Duration START = Duration.ofSeconds(90);

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final String each;
    private final Manifest manifest;

    LoadBalancer(KubernetesClient client, String namespace, GatewayTier gateways, String image) {
        this.client = client;
        this.namespace = namespace;
        this.name = gateways.name() + "-haproxy";
        manifest = Manifest.of(
                "haproxy.yaml", Map.of("NAME", gateways.name(), "NAMESPACE", namespace, "HAPROXY_IMAGE", image));
        Service headless = Serialization.unmarshal(recipe("service.yaml", gateways), Service.class);
        each = headless.getMetadata().getName();
        client.resource(headless).inNamespace(namespace).forceConflicts().serverSideApply();
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToData("haproxy.cfg", recipe("haproxy.cfg", gateways))
                        .build())
                .forceConflicts()
                .serverSideApply();
        manifest.apply(client);
        Awaitility.await("HAProxy ready")
                .atMost(START)
                .until(() -> client.pods().inNamespace(namespace).withName(name).isReady());
    }

    /** Where users connect, a URL of a WebSocket. */
    String url() {
        return "ws://" + name + ":8080/stomp";
    }

    /** A file of the recipe, for these gateways in place of those called "chat" in the namespace "default". */
    private String recipe(String file, GatewayTier gateways) {
        try {
            return Files.readString(RECIPE.resolve(file))
                    .replace("chat-gateways-each.default", gateways.name() + "-gateways-each." + namespace)
                    .replace("name: chat-gateways-each", "name: " + gateways.name() + "-gateways-each")
                    .replace("slackwater.io/gateway: chat", gateways.label())
                    .replace("namespace: default", "namespace: " + namespace)
                    .replace("maxconn 100000", "maxconn 2000"); // pods of a test cluster may open fewer files
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        manifest.delete(client);
        client.configMaps().inNamespace(namespace).withName(name).delete();
        client.services().inNamespace(namespace).withName(each).delete();
    }
}
