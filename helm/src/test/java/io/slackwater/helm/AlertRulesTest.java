package io.slackwater.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.slackwater.helm.Chart.Manifest;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each rule is tested by promtool, and each alert leads to what to do about it. */
class AlertRulesTest {
    private static final Path RULES = Chart.FOLDER.resolve("files/alerts.yaml");
    private static final Path TESTS = Path.of("src", "test", "resources", "alerts-test.yaml");
    private static final Path RUNBOOKS = Path.of("..", "docs", "runbooks.md");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void rules_are_well_formed() throws Exception {
        promtool("check", "rules", RULES.toString());
    }

    @Test
    void alerts_fire_when_they_should_and_at_no_other_time() throws Exception {
        promtool("test", "rules", TESTS.toString());
    }

    @Test
    void every_rule_has_a_test_that_it_fires_and_one_that_it_does_not() throws IOException {
        Set<String> fire = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        StringBuilder evaluated = new StringBuilder();
        for (JsonNode test : YAML.readTree(TESTS.toFile()).path("tests")) {
            for (JsonNode alert : test.path("alert_rule_test")) {
                (alert.path("exp_alerts").isEmpty() ? silent : fire)
                        .add(alert.path("alertname").asText());
            }
            for (JsonNode query : test.path("promql_expr_test")) {
                evaluated.append(query.path("expr").asText()).append('\n');
            }
        }
        Set<String> alerts = alerts().keySet();
        assertThat(alerts).hasSizeGreaterThan(10);
        assertThat(fire).isEqualTo(alerts);
        assertThat(silent).isEqualTo(alerts);
        assertThat(rules("record"))
                .hasSizeGreaterThan(3)
                .allSatisfy(rule ->
                        assertThat(evaluated).contains(rule.path("record").asText()));
    }

    @Test
    void every_alert_has_its_section_in_the_runbooks_and_every_section_its_alert() throws IOException {
        Set<String> sections = new TreeSet<>();
        for (String section : Files.readString(RUNBOOKS).split("(?m)^## ")) {
            String title = section.lines().findFirst().orElse("").strip();
            if (title.startsWith("#") || title.isEmpty()) {
                continue;
            }
            sections.add(title);
            assertThat(section)
                    .as(title)
                    .contains("**Means.** ", "**Look at.** ", "**Do.** ")
                    .matches(Pattern.compile("(?s).*```.*\\b(kubectl|slackwater_).*```.*"));
        }
        assertThat(sections).isEqualTo(alerts().keySet());
        alerts().forEach((name, rule) -> {
            assertThat(rule.path("annotations").path("runbook_url").asText())
                    .isEqualTo("docs/runbooks.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(rule.path("annotations").path("summary").asText()).isNotBlank();
            assertThat(rule.path("annotations").path("description").asText()).isNotBlank();
            assertThat(rule.path("labels").path("severity").asText()).isIn("warning", "critical");
        });
    }

    @Test
    void links_lead_to_where_the_runbooks_are() {
        String rules =
                Chart.render("monitoring: {rules: {enabled: true, runbooks: 'https://wiki.example/slackwater'}}")
                        .stream()
                        .filter(manifest -> manifest.template().equals("monitoring/rules.yaml"))
                        .map(Manifest::text)
                        .findFirst()
                        .orElseThrow();
        assertThat(rules)
                .contains("runbook_url: https://wiki.example/slackwater#slackwatermessageslost")
                .doesNotContain("docs/runbooks.md");
    }

    private static Map<String, JsonNode> alerts() throws IOException {
        Map<String, JsonNode> alerts = new TreeMap<>();
        rules("alert").forEach(rule -> alerts.put(rule.path("alert").asText(), rule));
        return alerts;
    }

    private static List<JsonNode> rules(String kind) throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (JsonNode group : YAML.readTree(RULES.toFile()).path("groups")) {
            group.path("rules").forEach(rule -> {
                if (rule.has(kind)) {
                    rules.add(rule);
                }
            });
        }
        return rules;
    }

    /** Runs it; it has to succeed. */
    private static void promtool(String... words) throws Exception {
        Optional<String> program = program();
        assumeTrue(program.isPresent(), "there is no promtool on the PATH: install Debian's package prometheus");
        List<String> command = new ArrayList<>(List.of(program.orElseThrow()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private static Optional<String> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> new File(folder, "promtool"))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }
}
