package io.slackwater.e2e.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A pod with a program that uses a tier and counts what arrives. Asked through the API server. */
final class TrafficPod {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START = Duration.ofSeconds(90);

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    private TrafficPod(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    /**
     * Starts it; returns when it says that it is ready.
     *
     * @param spare machine on which it is not to be
     * @param arguments the program and its options, besides those that lead to the tier
     */
    static TrafficPod start(
            KubernetesClient client, Tier tier, String name, String image, String spare, List<String> arguments) {
        String cluster = tier.name();
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(
                "--cluster=" + cluster,
                "--seeds=" + cluster + "-nodes:6379",
                "--tls-ca-file=/etc/slackwater/ca.crt",
                "--password-file=/etc/slackwater/password"));
        Manifest.of(
                        "traffic.yaml",
                        Map.of(
                                "NAME",
                                name,
                                "NAMESPACE",
                                tier.namespace(),
                                "CLUSTER",
                                cluster,
                                "SPARE",
                                spare,
                                "TRAFFIC_IMAGE",
                                image,
                                "ARGUMENTS",
                                all.stream().map(a -> "\"" + a + "\"").collect(Collectors.joining(", "))))
                .apply(client);
        TrafficPod pod = new TrafficPod(client, tier.namespace(), name);
        Awaitility.await("traffic " + name + " flows")
                .atMost(START)
                .failFast("the traffic's program has ended", pod::ended)
                .until(() ->
                        client.pods().inNamespace(pod.namespace).withName(name).isReady());
        return pod;
    }

    private boolean ended() {
        Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        return pod == null
                || "Failed".equals(pod.getStatus().getPhase())
                || "Succeeded".equals(pod.getStatus().getPhase());
    }

    <T> T get(String what, Class<T> type) {
        return read(client.raw(path(what)), type);
    }

    <T> T post(String what, Class<T> type) {
        return read(client.raw(path(what), "POST", Map.of()), type);
    }

    void delete() {
        client.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
    }

    private String path(String what) {
        return "/api/v1/namespaces/" + namespace + "/pods/" + name + ":8080/proxy/" + what;
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the traffic's program answered \"" + json + "\"", e);
        }
    }
}
