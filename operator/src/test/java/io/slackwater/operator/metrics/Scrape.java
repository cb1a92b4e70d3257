package io.slackwater.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.client.metrics.Metric;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a program answers at {@code /metrics}, beside what is declared. */
public final class Scrape {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Set<String> OF_HISTOGRAMS = Set.of("le");

    private final Map<String, String> helps = new TreeMap<>();
    private final Map<String, String> types = new HashMap<>();
    private final Map<String, Set<Set<String>>> labels = new HashMap<>();
    private int series;

    /** @param text in the text format of Prometheus */
    public Scrape(String text) {
        text.lines().forEach(line -> {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                helps.put(words[2], words.length < 4 ? "" : words[3]);
            } else if (line.startsWith("# TYPE ")) {
                types.put(words[2], words[3]);
            } else if (!line.startsWith("#") && !line.isBlank()) {
                sample(line);
            }
        });
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String name = sample.group(1);
        String family = types.containsKey(name) ? name : name.replaceAll("_(bucket|count|sum)$", "");
        Set<String> names = new HashSet<>();
        Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
        while (label.find()) {
            names.add(label.group(1));
        }
        names.removeAll(OF_HISTOGRAMS);
        labels.computeIfAbsent(family, it -> new HashSet<>()).add(names);
        series++;
    }

    /** How many series it has. */
    public int series() {
        return series;
    }

    /** There is nothing but what is declared, all of that, and it is what it is declared to be. */
    public void assertIs(List<Metric> declared) {
        Set<String> wanted = new TreeSet<>();
        for (Metric metric : declared) {
            String name = metric.prometheusName();
            wanted.add(name);
            if (metric.kind() == Metric.Kind.HISTOGRAM) {
                wanted.add(name + "_max");
            }
            assertThat(helps).as("HELP of " + name).containsEntry(name, metric.help());
            assertThat(types).containsEntry(name, metric.kind().name().toLowerCase(Locale.ROOT));
            Set<String> names = new HashSet<>(
                    metric.labels().stream().map(Metric.Label::name).toList());
            assertThat(labels.get(name)).as("labels of " + name).isEqualTo(Set.of(names));
        }
        assertThat(types.keySet())
                .as("every meter that is registered is in the catalogue, and the other way round")
                .containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(helps.keySet()).isEqualTo(new TreeSet<>(types.keySet()));
    }
}
