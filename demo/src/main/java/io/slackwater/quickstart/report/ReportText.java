package io.slackwater.quickstart.report;

import io.slackwater.quickstart.report.Report.PhaseReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report for people to read. */
public final class ReportText {
    private ReportText() {}

    /** Lines of at most about 110 characters. */
    public static List<String> lines(Report report) {
        List<String> lines = new ArrayList<>();
        lines.add(text(
                "%s: %,d channels with %d publishers and %d subscribers each, %,d WebSocket clients on %d gateways",
                report.mode(),
                report.channels(),
                report.publishersPerChannel(),
                report.subscribersPerChannel(),
                report.clients(),
                report.gateways()));
        lines.add("");
        lines.add(text("  %-14s %,12d   confirmed of %,d sent", "messages", report.published(), report.sent()));
        lines.add(text(
                "  %-14s %,12d   expected %,d", "deliveries", report.counts().deliveries(), report.expected()));
        lines.add(text("  %-14s %,12d", "lost", report.lost()));
        lines.add(text("  %-14s %,12d", "duplicated", report.counts().duplicated()));
        lines.add(text("  %-14s %,12d", "out of order", report.counts().outOfOrder()));
        lines.add(text(
                "  %-14s %,12d   messages seen in another order by another subscriber",
                "disagreements", report.counts().disagreements()));
        addIf(lines, report.unsure(), "outcome unknown", "neither confirmed nor refused; not counted as lost");
        addIf(lines, report.unsent(), "not sent", "refused before they were sent; not counted as lost");
        addIf(lines, report.counts().unchecked(), "order unknown", "too many missing before them to compare");
        addIf(lines, report.counts().strange(), "strange", "not as anybody published them");
        addIf(lines, report.cutOff().size(), "cut off", "clients whose session ended");
        lines.add("");
        lines.add(text(
                "  %-12s %8s %10s %11s %9s %9s %9s %13s",
                "phase", "seconds", "moving s", "deliveries", "p50 ms", "p99 ms", "max ms", "longest gap"));
        for (PhaseReport phase : report.phases()) {
            lines.add(text(
                    "  %-12s %8.1f %10s %,11d %9.1f %9.1f %9.1f %13s",
                    phase.name(),
                    phase.seconds(),
                    phase.movingMillis() > 0 ? text("%.1f", phase.movingMillis() / 1000.0) : "",
                    phase.latency().count(),
                    phase.latency().p50(),
                    phase.latency().p99(),
                    phase.latency().max(),
                    phase.move() ? text("%.1f ms", phase.longestGapMillis()) : ""));
        }
        lines.add("");
        report.phases().stream()
                .filter(phase -> !phase.books().isEmpty())
                .forEach(phase -> lines.add("  the tier's own books, " + phase.name() + ": " + phase.books()));
        if (!report.kill().isEmpty()) {
            lines.add("  " + report.kill());
        }
        report.cutOff().stream().limit(5).forEach(line -> lines.add("  cut off: " + line));
        lines.add("");
        if (report.problems().isEmpty()) {
            lines.add("OK");
        }
        report.problems().forEach(problem -> lines.add("FAILED: " + problem));
        return lines;
    }

    private static void addIf(List<String> lines, long count, String name, String meaning) {
        if (count > 0) {
            lines.add(text("  %-14s %,12d   %s", name, count, meaning));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
