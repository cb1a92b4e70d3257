package io.slackwater.operator.scaling.replay;

import java.util.List;
import java.util.Locale;

/** What came of a replay, as a table of plain text. */
public final class ReplayTable {
    private static final String ROW = "%-22s %9s %8s %12s %8s %9s %14s %11s %10s%n";

    private ReplayTable() {}

    /** The table, with a line that explains each column that needs it. */
    public static String of(Replay replay) {
        StringBuilder table = new StringBuilder(row(List.of(
                "",
                "nodes",
                "changes",
                "moved slots",
                "of HPA",
                "overload",
                "where HPA has",
                "node-hours",
                "of oracle")));
        for (Outcome outcome : replay.outcomes()) {
            table.append(row(List.of(
                    outcome.name(),
                    outcome.fewest() + "-" + outcome.most(),
                    Integer.toString(outcome.changes()),
                    String.format(Locale.ROOT, "%,.0f", outcome.movedSlots()),
                    percent(outcome.movedSlots(), replay.hpa().movedSlots()),
                    outcome.overloaded().size() + " min",
                    outcome.overloadedWith(replay.hpa()) + " min",
                    String.format(Locale.ROOT, "%,.0f", outcome.nodeHours()),
                    percent(outcome.nodeHours(), replay.oracle().nodeHours()))));
        }
        return table.append(
                        "\noverload: minutes in which the busiest node had more to do than it can; then those of them in which HPA was")
                .append(
                        " overloaded too\noracle: knows the future load, and keeps to the same settings, prices and windows\n")
                .toString();
    }

    private static String row(List<String> cells) {
        return String.format(Locale.ROOT, ROW, cells.toArray());
    }

    private static String percent(double part, double of) {
        return of == 0 ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * part / of);
    }
}
