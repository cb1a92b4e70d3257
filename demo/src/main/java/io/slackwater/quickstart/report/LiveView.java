package io.slackwater.quickstart.report;

import io.slackwater.quickstart.stage.TierState.NodeState;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows frames: on a terminal in place, elsewhere one line each. For one thread at a time. */
public final class LiveView {
    private static final int BAR = 32;
    private static final int WHOLE = 16_384;

    private final PrintStream out;
    private final boolean terminal;
    private int drawn;
    private boolean silent;

    public LiveView(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Milliseconds between two frames. */
    public int intervalMillis() {
        return terminal ? 250 : 2_000;
    }

    /** Shows a frame in place of the last. */
    public synchronized void show(Frame frame) {
        if (silent) {
            return;
        }
        if (terminal) {
            draw(block(frame));
        } else {
            out.println(line(frame));
        }
        out.flush();
    }

    /** Says something that stays. */
    public synchronized void say(String text) {
        if (silent) {
            return;
        }
        erase();
        out.println(text);
        out.flush();
    }

    /** Nothing is shown any more: what goes wrong while everything ends is nobody's business. */
    public synchronized void silence() {
        silent = true;
    }

    private void draw(List<String> lines) {
        erase();
        lines.forEach(line -> out.print(line + "\n"));
        drawn = lines.size();
    }

    /** The next output takes the place of the last frame. */
    public synchronized void erase() {
        if (drawn > 0) {
            out.print("\033[" + drawn + "A\033[J");
            drawn = 0;
        }
    }

    static List<String> block(Frame frame) {
        List<String> lines = new ArrayList<>();
        lines.add(text("%02d:%02d  %s", (int) frame.seconds() / 60, (int) frame.seconds() % 60, frame.phase()));
        int most =
                frame.tier().nodes().stream().mapToInt(NodeState::share).max().orElse(WHOLE);
        for (NodeState node : frame.tier().nodes()) {
            lines.add(text(
                    "  %-26s %-12s %,7d %s %s",
                    node.pod(),
                    node.state(),
                    node.share(),
                    frame.tier().share(),
                    bar(node.share() / (double) Math.max(1, most), '█', ' ')));
        }
        if (frame.tier().moved() >= 0) {
            lines.add("  move " + bar(frame.tier().moved(), '▓', '░') + " "
                    + frame.tier().progress());
        }
        lines.add(text(
                "  %,.0f msg/s published, %,.0f deliveries/s, %,d so far",
                frame.publishedPerSecond(),
                frame.deliveriesPerSecond(),
                frame.counts().deliveries()));
        lines.add("  " + counts(frame));
        if (!frame.note().isEmpty()) {
            lines.add("  " + frame.note());
        }
        return lines;
    }

    static String line(Frame frame) {
        StringBuilder nodes = new StringBuilder();
        frame.tier()
                .nodes()
                .forEach(node -> nodes.append(nodes.isEmpty() ? "" : " ").append(node.share()));
        return text(
                "%5.1f s  %-18s %s [%s]  %,.0f msg/s  %,d deliveries  %s%s",
                frame.seconds(),
                frame.phase(),
                frame.tier().share(),
                nodes,
                frame.publishedPerSecond(),
                frame.counts().deliveries(),
                counts(frame),
                frame.tier().progress().isEmpty() ? "" : "  " + frame.tier().progress());
    }

    private static String counts(Frame frame) {
        return text(
                "missing %,d, duplicated %,d, out of order %,d, disagreements %,d%s",
                frame.counts().missing(),
                frame.counts().duplicated(),
                frame.counts().outOfOrder(),
                frame.counts().disagreements(),
                frame.cutOff() > 0 ? ", clients cut off " + frame.cutOff() : "");
    }

    private static String bar(double fraction, char full, char empty) {
        int filled = (int) Math.round(Math.clamp(fraction, 0, 1) * BAR);
        return String.valueOf(full).repeat(filled) + String.valueOf(empty).repeat(BAR - filled);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
