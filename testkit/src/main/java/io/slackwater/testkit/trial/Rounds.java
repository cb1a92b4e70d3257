package io.slackwater.testkit.trial;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Programs that differ in how their JVM runs, in turns, so that what else the machine does hits all of them. The first round warms up what they talk to and is left
 * out.
 */
final class Rounds {
    private static final long SETTLED_MILLIS = 5_000;

    private Rounds() {}

    /**
     * What one run came to.
     *
     * @param millis from the start of the process until it had done what is measured
     * @param cpuMillis processor time used until then, which other programs disturb less
     * @param megabytes memory held 5 s later
     * @param ownMegabytes of it, what is not pages of files, which the kernel shares and can drop
     */
    record Figures(double millis, double cpuMillis, double megabytes, double ownMegabytes) {}

    /** Runs a command line and ends it again. */
    interface Run {
        Figures of(List<String> command) throws Exception;
    }

    /**
     * The figures of a process that has just done what is measured; takes 5 s.
     *
     * @param began its start, by {@link System#nanoTime}
     */
    static Figures figures(Process process, long began) throws Exception {
        double millis = (System.nanoTime() - began) / 1e6;
        double cpuMillis = ProcessFigures.cpuMillis(process);
        Thread.sleep(SETTLED_MILLIS);
        return new Figures(
                millis,
                cpuMillis,
                ProcessFigures.megabytes(process, "VmRSS:"),
                ProcessFigures.megabytes(process, "RssAnon:"));
    }

    /**
     * Does it all.
     *
     * @param what is measured
     * @param file a variant a line: name, tab, command line
     * @return a table in Markdown; ratios are to the first variant, round by round
     */
    static String table(String what, int rounds, Path file, Run run) throws Exception {
        Map<String, List<String>> variants = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            int tab = line.indexOf('\t');
            variants.put(line.substring(0, tab), List.of(line.substring(tab + 1).split(" ")));
        }
        Map<String, List<Figures>> found = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, List<String>> variant : variants.entrySet()) {
                Figures figures = run.of(variant.getValue());
                System.err.printf(
                        Locale.ROOT,
                        "round %d of %d, %s: %.0f ms, %.0f ms of CPU, %.0f MB, of its own %.0f MB%n",
                        round,
                        rounds,
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
        return table(what, found);
    }

    private static String table(String what, Map<String, List<Figures>> found) {
        List<Figures> peer = found.values().iterator().next();
        StringBuilder table = new StringBuilder("| JVM | " + what
                + ", ms | times faster | CPU until then, ms | times less | memory, MB | of the defaults' | its own, MB | of the defaults' |\n"
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
