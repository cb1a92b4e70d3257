package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.metrics.Catalogue;
import io.slackwater.operator.metrics.Scrape;
import io.slackwater.operator.prometheus.PrometheusProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An operator, its cluster and a gateway under traffic, through a scale-out: what they show is what is declared, and a real Prometheus that
 * scrapes them has an answer to every query of the dashboards and every recording rule.
 */
class MetricsOnPrometheusTest extends GatewayStage {
    private static final Path CHART = Path.of("..", "helm", "slackwater", "files");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MESSAGES = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What Grafana puts in; the scale-out is within the range. */
    private static final Map<String, String> VARIABLES = Map.of(
            "$namespace", ".*", "$cluster", ".*", "$__rate_interval", "10m", "$__range", "10m", "${datasource}", "");

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Override
    ApiServer apiServer() {
        return ApiServer.embedded();
    }

    @Test
    void every_query_has_an_answer() throws Exception {
        RunningOperator operator = operator("one");
        createScaled();
        awaitServing(2);
        createGateways(1);
        editWeb(yaml -> yaml.replace("\n  env: {}", "\n  env: {}\n  autoscaling: {minReplicas: 1, maxReplicas: 1}"));
        String gateway = gateway();
        boolean real = PrometheusProcess.binary().isPresent();
        try (HealthServer served = new HealthServer(0, () -> true, () -> true, operator::scrape);
                PrometheusProcess prometheus = real ? prometheus(served.port(), gateway) : null) {
            if (prometheus != null) { // what grows has to be seen before it has grown
                answered(prometheus, "slackwater_gateway_connections");
                answered(prometheus, "slackwater_handovers_total");
            }
            try (StompUser user = new StompUser(URI.create("ws://" + gateway + ":8080/stomp"), "tide")) {
                talk(user);
                edit(manifest -> manifest.replace("minReplicas: 2", "minReplicas: 3"));
                awaitServing(3);
                talk(user);
                declaredIsShown(operator, gateway);
                if (prometheus != null) {
                    dashboardsAndRules(prometheus);
                }
            }
        }
        assumeTrue(real, "no prometheus found: apt-get install prometheus, or set PROMETHEUS to one");
    }

    private void createScaled() {
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: %s, namespace: default}
                        spec:
                          replicas: 2
                          nodes: {image: "redis:7", terminationGracePeriodSeconds: 120, tls: {mode: Disabled}, auth: {mode: Disabled}}
                          autoscaling:
                            minReplicas: 2
                            maxReplicas: 3
                            metrics: [{name: cpu, source: UtilizationPercent, target: 90}]
                          migration: {limits: {slotsPerBatch: 1024, ackTimeoutMillis: 5000, slowAfterMillis: 1000,
                            prepareTimeoutMillis: 20000, maxHoldMillis: 20000}}
                        """.formatted(NAME), PubSubCluster.class))
                .create();
    }

    private String gateway() {
        return client.pods().inNamespace("default").list().getItems().stream()
                .filter(pod -> webPods().contains(pod.getMetadata().getName()))
                .findFirst()
                .orElseThrow()
                .getStatus()
                .getPodIP();
    }

    private PrometheusProcess prometheus(int operator, String gateway) throws IOException {
        Path rules = Files.copy(CHART.resolve("alerts.yaml"), folder.resolve("alerts.yaml"));
        return new PrometheusProcess(folder, null, """
                  - job_name: operator
                    honor_labels: true
                    static_configs: [{targets: ["127.0.0.1:%d"], labels: {namespace: slackwater-system}}]
                  - job_name: gateway
                    static_configs: [{targets: ["%s:8081"], labels: {namespace: default, pod: web-0}}]
                rule_files: [%s]
                """.formatted(operator, gateway, rules));
    }

    private static void talk(StompUser user) throws Exception {
        long before = user.received();
        for (int i = 0; i < MESSAGES; i++) {
            user.send("SEND\ndestination:/topic/tide\n\nhello\0");
        }
        await().atMost(SOON).until(() -> user.received() >= before + MESSAGES / 2);
    }

    private void declaredIsShown(RunningOperator operator, String gateway) throws Exception {
        await().atMost(SOON).untilAsserted(() -> new Scrape(operator.scrape()).assertIs(Catalogue.OPERATOR));
        String shown = get(URI.create("http://" + gateway + ":8081/metrics"));
        Scrape scrape = new Scrape(shown);
        scrape.assertIs(Stream.concat(Catalogue.GATEWAY.stream(), Catalogue.CLIENT.stream())
                .toList());
        assertThat(scrape.series())
                .as("the reference says: 100 of a gateway, 50 of a client")
                .isLessThan(150);
        assertThat(new Scrape(operator.scrape()).series())
                .as("the reference says: 150, and 4 for each node besides the first")
                .isLessThan(150);
        assertWellNamed(operator.scrape());
        assertWellNamed(shown);
    }

    /** Prometheus' own opinion of names, units and help. */
    private static void assertWellNamed(String shown) throws Exception {
        String server = PrometheusProcess.binary().orElse("");
        Path promtool = Path.of(server.replaceAll("prometheus$", "promtool"));
        if (server.isEmpty() || !Files.isExecutable(promtool)) {
            return;
        }
        Process process = new ProcessBuilder(promtool.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (var input = process.getOutputStream()) {
            input.write(shown.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    private void dashboardsAndRules(PrometheusProcess prometheus) throws Exception {
        Map<String, String> queries = queries();
        assertThat(queries).hasSizeGreaterThan(60);
        for (String name : recorded(prometheus)) {
            queries.put("rule " + name, name);
        }
        Set<String> silent = new TreeSet<>();
        long deadline = System.nanoTime() + SOON.toNanos();
        do {
            silent.clear();
            for (Map.Entry<String, String> query : queries.entrySet()) {
                if (!isAnswered(prometheus, query.getValue())) {
                    silent.add(query.getKey() + ": " + query.getValue());
                }
            }
        } while (!silent.isEmpty() && System.nanoTime() < deadline);
        assertThat(silent).as("queries without an answer").isEmpty();
    }

    /** Every query of every dashboard and of its variables, by where it is. */
    private static Map<String, String> queries() throws IOException {
        Map<String, String> queries = new TreeMap<>();
        try (Stream<Path> dashboards = Files.list(CHART.resolve("dashboards"))) {
            for (Path dashboard : dashboards.sorted().toList()) {
                JsonNode content = JSON.readTree(dashboard.toFile());
                for (JsonNode panel : content.path("panels")) {
                    assertThat(panel.path("targets").isEmpty())
                            .as(panel.path("title").asText())
                            .isFalse();
                    for (JsonNode target : panel.path("targets")) {
                        queries.put(
                                dashboard.getFileName() + ", "
                                        + panel.path("title").asText() + ", "
                                        + target.path("refId").asText() + " of panel "
                                        + panel.path("id").asInt(),
                                filled(target.path("expr").asText()));
                    }
                }
                for (JsonNode variable : content.path("templating").path("list")) {
                    String query = variable.path("query").path("query").asText();
                    if (query.startsWith("label_values(")) {
                        queries.put(
                                dashboard.getFileName() + ", variable "
                                        + variable.path("name").asText(),
                                filled(query.replaceAll("^label_values\\((.*), *(\\w+)\\)$", "count by ($2) ($1)")));
                    }
                }
            }
        }
        return queries;
    }

    private static String filled(String query) {
        String text = query;
        for (Map.Entry<String, String> variable : VARIABLES.entrySet()) {
            text = text.replace(variable.getKey(), variable.getValue());
        }
        assertThat(text).doesNotContain("$");
        return text;
    }

    /** Names of the recording rules; every rule has been evaluated without an error. */
    private Set<String> recorded(PrometheusProcess prometheus) throws Exception {
        Set<String> names = new TreeSet<>();
        await().atMost(SOON).untilAsserted(() -> {
            JsonNode groups = JSON.readTree(get(at(prometheus, "/api/v1/rules")))
                    .path("data")
                    .path("groups");
            assertThat(groups).isNotEmpty();
            for (JsonNode group : groups) {
                for (JsonNode rule : group.path("rules")) {
                    assertThat(rule.path("health").asText())
                            .as(rule.toPrettyString())
                            .isEqualTo("ok");
                    if (rule.path("type").asText().equals("recording")) {
                        names.add(rule.path("name").asText());
                    }
                }
            }
        });
        assertThat(names).hasSizeGreaterThan(3);
        return names;
    }

    private void answered(PrometheusProcess prometheus, String query) {
        await().atMost(SOON).until(() -> isAnswered(prometheus, query));
    }

    /** Whether at least one series has a figure. */
    private boolean isAnswered(PrometheusProcess prometheus, String query) throws Exception {
        JsonNode answer = JSON.readTree(
                get(at(prometheus, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))));
        assertThat(answer.path("status").asText()).as(answer::toPrettyString).isEqualTo("success");
        return StreamSupport.stream(answer.path("data").path("result").spliterator(), false)
                .anyMatch(series -> !series.path("value").path(1).asText().equals("NaN"));
    }

    private static URI at(PrometheusProcess prometheus, String path) {
        return URI.create("http://127.0.0.1:" + prometheus.port + path);
    }

    private String get(URI uri) throws Exception {
        return http.send(HttpRequest.newBuilder(uri).timeout(SOON).build(), BodyHandlers.ofString())
                .body();
    }
}
