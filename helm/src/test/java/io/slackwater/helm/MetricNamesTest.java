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

/**
 * Alerts, dashboards, manifests and pages name only metrics of the reference, which is made from what the programs register. {@code
 * scripts/install-test} looks for them in running pods too.
 */
class MetricNamesTest {
    private static final Path REFERENCE = Path.of("..", "docs", "metrics.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(slackwater_[a-z_]+)` \\| (\\w+) \\|");
    private static final Pattern SERIES = Pattern.compile(
            "(?<![a-z_])slackwater_(?:operator|cluster|load|node|nodes|migration|autoscaling|handover|handovers"
                    + "|failovers|members|books|gateway|gateways|client)_[a-z_]*[a-z](?![a-z_*:])");

    @Test
    void every_metric_used_is_in_the_reference() throws IOException {
        Set<String> declared = declared();
        assertThat(declared).hasSizeGreaterThan(60);
        Set<String> used = new TreeSet<>();
        for (Path place : new Path[] {
            Chart.FOLDER.resolve("files"), Path.of("..", "deploy"), Path.of("..", "docs"), Path.of("..", "README.md")
        }) {
            used.addAll(usedIn(place));
        }
        assertThat(used).hasSizeGreaterThan(40);
        assertThat(declared).containsAll(used);
    }

    private static Set<String> usedIn(Path place) throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(it -> it.toString().matches(".*\\.(json|ya?ml|md)") && !it.equals(REFERENCE))
                    .toList()) {
                // What a recording rule adds at both sides of the name, between colons, is not of the metric.
                Matcher name =
                        SERIES.matcher(Files.readString(file).replaceAll("\\b[a-z_]+:slackwater_[a-z_]+:\\w+", ""));
                while (name.find()) {
                    names.add(name.group());
                }
            }
        }
        return names;
    }

    private static Set<String> declared() throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(REFERENCE));
        while (row.find()) {
            names.add(row.group(1));
            if (row.group(2).equals("histogram")) {
                for (String part : new String[] {"_bucket", "_count", "_sum", "_max"}) {
                    names.add(row.group(1) + part);
                }
            }
        }
        return names;
    }
}
