package io.slackwater.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alerts and dashboards name only metrics that the programs have. {@code scripts/install-test} looks for them in running pods too. */
class MetricNamesTest {
    private static final Pattern SERIES = Pattern.compile("\\bslackwater_[a-z_]+");
    private static final Pattern UNIT = Pattern.compile("(_seconds)?(_bucket|_sum|_count|_max|_total)?$");
    private static final Pattern LITERAL = Pattern.compile("\"([a-z]+(?:\\.[a-z]+)*)\"");

    @Test
    void every_metric_used_is_one_that_is_registered() throws IOException {
        Set<String> registered = registered();
        Set<String> used = used();
        assertThat(used).hasSizeGreaterThan(20);
        assertThat(used)
                .allSatisfy(name -> assertThat(registered)
                        .as("a metric that %s could be", name)
                        .contains(UNIT.matcher(name).replaceAll("")));
    }

    private static Set<String> used() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Chart.FOLDER.resolve("files"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".json") || it.endsWith("alerts.yaml"))
                    .toList()) {
                Matcher name = SERIES.matcher(Files.readString(file));
                while (name.find()) {
                    names.add(name.group());
                }
            }
        }
        return names;
    }

    /** Names in the sources of the classes that register metrics, with the prefixes these add; without unit and suffix. */
    private static Set<String> registered() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String module : new String[] {"operator", "client", "gateway"}) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main"))) {
                for (Path file :
                        files.filter(it -> it.toString().endsWith(".java")).toList()) {
                    Matcher literal = LITERAL.matcher(Files.readString(file));
                    while (literal.find()) {
                        // Prometheus keeps "total" for counters: it is taken off a gauge's name.
                        String name =
                                UNIT.matcher(literal.group(1).replace('.', '_')).replaceAll("");
                        names.add(name);
                        names.add("slackwater_" + module + "_" + name);
                    }
                }
            }
        }
        return names;
    }
}
