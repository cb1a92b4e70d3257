package io.slackwater.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The runs of one scenario, as a table and as JSON. */
final class Results {
    private final String scenario;
    private final boolean smoke;
    private final String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    private final List<List<Row>> runs = new ArrayList<>();
    private final List<Double> loads = new ArrayList<>();

    Results(String scenario, boolean smoke) {
        this.scenario = scenario;
        this.smoke = smoke;
    }

    void add(List<Row> run) {
        runs.add(List.copyOf(run));
        loads.add(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** One row a subject, one column a figure, and below it what machine it was. */
    String table() {
        Set<String> columns = new LinkedHashSet<>();
        runs.getFirst().forEach(row -> columns.addAll(row.figures().keySet()));
        StringBuilder table = new StringBuilder("| |");
        columns.forEach(column -> table.append(' ').append(column).append(" |"));
        table.append("\n| --- |").append(" --- |".repeat(columns.size())).append('\n');
        for (Map.Entry<String, Map<String, Spread>> row : spreads().entrySet()) {
            table.append("| ").append(row.getKey()).append(" |");
            for (String column : columns) {
                Spread spread = row.getValue().get(column);
                table.append(' ').append(spread == null ? "" : spread).append(" |");
            }
            table.append('\n');
        }
        return table + "\n" + circumstances() + "\n";
    }

    private String circumstances() {
        Runtime jvm = Runtime.getRuntime();
        return "Median (least–most) of " + runs.size() + " runs" + (smoke ? " in smoke mode" : "") + ", " + started
                + ", "
                + jvm.availableProcessors() + " processors, JDK "
                + Runtime.version().feature()
                + ", 1-minute load average after each run: "
                + loads.stream().map(load -> String.format("%.1f", load)).collect(Collectors.joining(", ")) + ".";
    }

    private Map<String, Map<String, Spread>> spreads() {
        Map<String, Map<String, Spread>> all = new LinkedHashMap<>();
        for (Row first : runs.getFirst()) {
            Map<String, Spread> row = new LinkedHashMap<>();
            for (String figure : first.figures().keySet()) {
                row.put(figure, Spread.of(values(first.subject(), figure)));
            }
            all.put(first.subject(), row);
        }
        return all;
    }

    private double[] values(String subject, String figure) {
        return runs.stream()
                .flatMap(List::stream)
                .filter(row -> row.subject().equals(subject))
                .mapToDouble(row -> row.get(figure))
                .toArray();
    }

    /** Writes {@code NAME.json}, with each run's own figures. */
    void write(Path folder) throws IOException {
        StringBuilder json =
                new StringBuilder("{\n  \"scenario\": " + quoted(scenario) + ",\n  \"started\": " + quoted(started)
                        + ",\n  \"smoke\": " + smoke + ",\n  \"loadAverages\": " + loads + ",\n  \"runs\": [");
        String separator = "\n";
        for (List<Row> run : runs) {
            json.append(separator)
                    .append("    {\n")
                    .append(run.stream()
                            .map(row -> "      " + quoted(row.subject()) + ": " + figures(row))
                            .collect(Collectors.joining(",\n")))
                    .append("\n    }");
            separator = ",\n";
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(scenario + ".json"), json.append("\n  ]\n}\n"));
    }

    private static String figures(Row row) {
        return row.figures().entrySet().stream()
                .map(figure -> quoted(figure.getKey()) + ": "
                        + (Double.isNaN(figure.getValue())
                                ? "null"
                                : figure.getValue().toString()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Puts the table between this scenario's marks in the page, if the page has them. */
    void into(Path page) throws IOException {
        String begin = "<!-- " + scenario + ":begin -->\n";
        String end = "<!-- " + scenario + ":end -->";
        String text = Files.readString(page);
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from >= 0 && to > from) {
            Files.writeString(page, text.substring(0, from + begin.length()) + table() + text.substring(to));
        }
    }
}
