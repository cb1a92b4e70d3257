package io.slackwater.testkit.trial;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Measures operators that differ in how their JVM runs: from the start of the process until all nodes of a cluster that waited for it have
 * been made (its first reconcile), the processor time used until then, which other programs disturb less, and the memory that it holds 5 s
 * later: all of it, and what is its own, which is not pages of a file that the kernel shares and can drop. Variants take turns, so that what
 * else the machine does hits all of them; the first round warms up the API server and is left out.
 *
 * <p>Arguments: the folder of the definitions, the number of rounds, and a file with a variant a line: name, tab, command line.
 * Prints a table in Markdown; ratios are to the first variant, round by round.
 */
public final class Trials {
    private static final Duration AT_MOST = Duration.ofSeconds(60);
    private static final long SETTLED_MILLIS = 5_000;

    private final Stage stage;
    private int count;

    private Trials(Stage stage) {
        this.stage = stage;
    }

    private record Figures(double millis, double cpuMillis, double megabytes, double ownMegabytes) {}

    /** Prints the table. */
    public static void main(String[] args) throws Exception {
        Map<String, List<String>> variants = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of(args[2]))) {
            int tab = line.indexOf('\t');
            variants.put(line.substring(0, tab), List.of(line.substring(tab + 1).split(" ")));
        }
        Map<String, List<Figures>> found = new LinkedHashMap<>();
        try (Stage stage = new Stage(Path.of(args[0]))) {
            Trials trials = new Trials(stage);
            for (int round = 0; round <= Integer.parseInt(args[1]); round++) {
                for (Map.Entry<String, List<String>> variant : variants.entrySet()) {
                    Figures figures = trials.run(variant.getValue());
                    System.err.printf(
                            Locale.ROOT,
                            "round %d, %s: %.0f ms, %.0f ms of CPU, %.0f MB, of its own %.0f MB%n",
                            round,
                            variant.getKey(),
                            figures.millis(),
                            figures.cpuMillis(),
                            figures.megabytes(),
                            figures.ownMegabytes());
                    if (round > 0) {
                        found.computeIfAbsent(variant.getKey(), name -> new ArrayList<>())
                                .add(figures);
                    }
                }
            }
        }
        System.out.print(table(found));
        System.exit(0);
    }

    private Figures run(List<String> command) throws Exception {
        String namespace = "trial-" + count++;
        stage.cluster(namespace);
        // Listing pods would take the processors from what is measured: they are listed when as many have been written.
        long nodes = stage.kubernetes.writes("pods") + Stage.NODES;
        long began = System.nanoTime();
        Process operator = stage.start(command, namespace);
        stage.await(
                operator,
                namespace,
                AT_MOST,
                () -> stage.kubernetes.writes("pods") >= nodes
                        && stage.pods(namespace).size() == Stage.NODES);
        double millis = (System.nanoTime() - began) / 1e6;
        double cpuMillis = ProcessFigures.cpuMillis(operator);
        Thread.sleep(SETTLED_MILLIS);
        Figures figures = new Figures(
                millis,
                cpuMillis,
                ProcessFigures.megabytes(operator, "VmRSS:"),
                ProcessFigures.megabytes(operator, "RssAnon:"));
        operator.destroy();
        operator.waitFor(30, TimeUnit.SECONDS);
        return figures;
    }

    private static String table(Map<String, List<Figures>> found) {
        List<Figures> peer = found.values().iterator().next();
        StringBuilder table = new StringBuilder(
                "| JVM | first reconcile, ms | times faster | CPU until then, ms | times less | memory, MB | of the defaults' | its own, MB | of the defaults' |\n"
                        + "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        found.forEach((name, runs) -> table.append("| ")
                .append(name)
                .append(" | ")
                .append(spread("%.0f", runs, Figures::millis))
                .append(" | ")
                .append(ratio(peer, runs, Figures::millis))
                .append(" | ")
                .append(spread("%.0f", runs, Figures::cpuMillis))
                .append(" | ")
                .append(ratio(peer, runs, Figures::cpuMillis))
                .append(" | ")
                .append(spread("%.0f", runs, Figures::megabytes))
                .append(" | ")
                .append(ratio(runs, peer, Figures::megabytes))
                .append(" | ")
                .append(spread("%.0f", runs, Figures::ownMegabytes))
                .append(" | ")
                .append(ratio(runs, peer, Figures::ownMegabytes))
                .append(" |\n"));
        return table + "\nMedian (least–most) of " + peer.size() + " rounds, "
                + Runtime.getRuntime().availableProcessors() + " processors.\n";
    }

    private static String spread(String format, List<Figures> runs, ToDoubleFunction<Figures> figure) {
        return spread(format, runs.stream().mapToDouble(figure).toArray());
    }

    private static String ratio(List<Figures> above, List<Figures> below, ToDoubleFunction<Figures> figure) {
        double[] ratios = new double[above.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(above.get(i)) / figure.applyAsDouble(below.get(i));
        }
        return spread("%.2f", ratios);
    }

    private static String spread(String format, double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, format, sorted[(sorted.length - 1) / 2])
                + String.format(Locale.ROOT, " (" + format + "–" + format + ")", sorted[0], sorted[sorted.length - 1]);
    }
}
