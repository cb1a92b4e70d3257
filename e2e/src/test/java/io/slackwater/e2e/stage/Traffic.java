package io.slackwater.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slackwater.e2e.traffic.TrafficReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The traffic of one scenario: a pod whose program publishes, listens and counts. Asked through the API server. */
public final class Traffic {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START = Duration.ofSeconds(90);

    private final KubernetesClient client;
    private final String namespace;
    private final String pod;

    private Traffic(KubernetesClient client, String namespace, String pod) {
        this.client = client;
        this.namespace = namespace;
        this.pod = pod;
    }

    /** Starts it; returns when messages flow. */
    static Traffic start(
            KubernetesClient client,
            String namespace,
            String pod,
            String image,
            String spare,
            String cluster,
            List<String> gateways,
            List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(
                "--cluster=" + cluster,
                "--seeds=" + cluster + "-nodes:6379",
                "--tls-ca-file=/etc/slackwater/ca.crt",
                "--password-file=/etc/slackwater/password",
                "--gateways="
                        + gateways.stream()
                                .map(ip -> "ws://" + ip + ":8080/stomp")
                                .collect(Collectors.joining(","))));
        arguments.addAll(options);
        Manifest.of(
                        "traffic.yaml",
                        Map.of(
                                "NAME", pod,
                                "NAMESPACE", namespace,
                                "CLUSTER", cluster,
                                "SPARE", spare,
                                "TRAFFIC_IMAGE", image,
                                "ARGUMENTS",
                                        arguments.stream()
                                                .map(a -> "\"" + a + "\"")
                                                .collect(Collectors.joining(", "))))
                .apply(client);
        Awaitility.await("traffic " + pod + " flows")
                .atMost(START)
                .failFast("the traffic's program has ended", () -> ended(client, namespace, pod))
                .until(() -> client.pods().inNamespace(namespace).withName(pod).isReady());
        return new Traffic(client, namespace, pod);
    }

    private static boolean ended(KubernetesClient client, String namespace, String name) {
        Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        return pod == null
                || "Failed".equals(pod.getStatus().getPhase())
                || "Succeeded".equals(pod.getStatus().getPhase());
    }

    /** How it stands. */
    public TrafficReport report() {
        return read(client.raw(path("report")));
    }

    /** Ends it, and returns what came of all messages. */
    public TrafficReport stop() {
        TrafficReport report = read(client.raw(path("stop"), "POST", Map.of()));
        System.out.println("  traffic: " + report);
        client.pods().inNamespace(namespace).withName(pod).withGracePeriod(0).delete();
        return report;
    }

    /** Ends it and asserts what is promised for a planned change: nothing lost, duplicated, reordered, nobody cut off. */
    public TrafficReport stopAndExpectNothingLost() {
        TrafficReport report = stop();
        assertThat(report.deliveries()).as("deliveries: %s", report).isPositive();
        assertThat(List.of(
                        report.lost(),
                        report.duplicated(),
                        report.outOfOrder(),
                        report.disagreements(),
                        report.strange(),
                        report.unsure(),
                        report.unsent()))
                .as("lost, duplicated, out of order, disagreements, strange, unsure, unsent: %s", report)
                .containsOnly(0L);
        assertThat(report.cutOff()).as("users cut off").isEmpty();
        return report;
    }

    /** Ends it and asserts what is promised for a crash: some messages may be lost, only for so long, and all the rest holds. */
    public TrafficReport stopAndExpectWindow(Duration bound) {
        TrafficReport report = stop();
        assertThat(report.deliveries()).as("deliveries: %s", report).isPositive();
        assertThat(List.of(report.duplicated(), report.outOfOrder(), report.disagreements(), report.strange()))
                .as("duplicated, out of order, disagreements, strange: %s", report)
                .containsOnly(0L);
        assertThat(report.windowMillis())
                .as("milliseconds in which messages were lost: %s", report)
                .isLessThanOrEqualTo(bound.toMillis());
        assertThat(report.cutOff()).as("users cut off").isEmpty();
        return report;
    }

    private String path(String what) {
        return "/api/v1/namespaces/" + namespace + "/pods/" + pod + ":8080/proxy/" + what;
    }

    private static TrafficReport read(String json) {
        try {
            return JSON.readValue(json, TrafficReport.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the traffic's program answered \"" + json + "\"", e);
        }
    }
}
