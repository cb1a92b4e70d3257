package io.slackwater.operator.scaling.replay;

import io.slackwater.operator.scaling.replay.Outcome.Size;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came of a replay, as a picture: nodes, slots moved so far, minutes of overload. */
public final class ReplayPlot {
    private static final int WIDTH = 1000;
    private static final int LEFT = 150;
    private static final int RIGHT = 985;
    private static final int TOP = 34;
    private static final int SIZES = 240;
    private static final int MOVED_TOP = 320;
    private static final int MOVED = 120;
    private static final int LANES = 482;
    private static final int LANE = 22;
    private static final Duration SAMPLE = Duration.ofMinutes(10);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE", Locale.ENGLISH);

    private final Replay replay;
    private final Model model;
    private final ZoneId zone;
    private final Instant end;
    private final TimePlot plot;
    private final int mostNodes;
    private final double mostMoved;

    private record Line(Outcome of, String colour, String more) {}

    private ReplayPlot(Replay replay, Model model) {
        this.replay = replay;
        this.model = model;
        this.zone = model.settings().zone();
        this.end = replay.traffic().end();
        this.plot = new TimePlot(replay.begin(), end, LEFT, RIGHT);
        this.mostNodes = Math.max(
                1, replay.outcomes().stream().mapToInt(Outcome::most).max().orElse(1));
        this.mostMoved = Math.max(
                1,
                replay.outcomes().stream()
                        .mapToDouble(Outcome::movedSlots)
                        .max()
                        .orElse(1));
    }

    /** The picture as SVG. */
    public static String of(Replay replay, Model model) {
        return new ReplayPlot(replay, model).svg();
    }

    private List<Line> lines() {
        return List.of(
                new Line(replay.hpa(), "#e76f51", ""),
                new Line(replay.oracle(), "#2a9d8f", " stroke-dasharray=\"5 4\""),
                new Line(replay.slackwater(), "#4361ee", " stroke-width=\"2\""));
    }

    private String svg() {
        grid();
        String back = plot.take();
        load();
        lines().forEach(this::sizes);
        lines().forEach(this::moved);
        legend();
        int height = lanes() + 10;
        return TimePlot.document(
                WIDTH,
                height,
                "Nodes, moved slots and overload of three ways to scale over the same traffic",
                back,
                plot.take());
    }

    private void grid() {
        int step = mostNodes <= 12 ? 2 : mostNodes <= 40 ? 5 : 20;
        for (int nodes = 0; nodes <= mostNodes; nodes += step) {
            plot.line(LEFT, ofNodes(nodes), RIGHT, ofNodes(nodes), "#e3e3e3", "");
            plot.text(LEFT - 8, ofNodes(nodes) + 4, "end", Integer.toString(nodes), "#555");
        }
        for (int part = 0; part <= 2; part++) {
            double moved = mostMoved * part / 2;
            plot.line(LEFT, ofMoved(moved), RIGHT, ofMoved(moved), "#e3e3e3", "");
            plot.text(LEFT - 8, ofMoved(moved) + 4, "end", String.format(Locale.ROOT, "%,.0f", moved), "#555");
        }
        ZonedDateTime day = replay.begin().atZone(zone).truncatedTo(ChronoUnit.DAYS);
        for (; day.toInstant().isBefore(end); day = day.plusDays(1)) {
            Instant noon = day.plusHours(12).toInstant();
            if (!day.toInstant().isBefore(replay.begin())) {
                plot.line(plot.x(day.toInstant()), TOP, plot.x(day.toInstant()), LANES + 4 * LANE, "#ccc", "");
            }
            if (noon.isAfter(replay.begin()) && noon.isBefore(end)) {
                plot.text(plot.x(noon), TOP + SIZES + 18, "middle", DAY.format(day), "#555");
            }
        }
    }

    /** What is needed, in nodes; nothing where the metric was not recorded. */
    private void load() {
        List<String> points = new ArrayList<>();
        for (Instant at = replay.begin(); at.isBefore(end); at = at.plus(SAMPLE)) {
            if (replay.traffic().seenAt(at)) {
                points.add(plot.point(
                        at, ofNodes(Math.min(mostNodes, replay.traffic().mean(at, SAMPLE) / model.target()))));
            } else {
                loadPart(points);
            }
        }
        loadPart(points);
    }

    private void loadPart(List<String> points) {
        plot.path(String.join(" ", points), "#999", "");
        points.clear();
    }

    private void sizes(Line line) {
        List<String> points = new ArrayList<>();
        double before = Double.NaN;
        for (Size size : line.of.sizes()) {
            double y = ofNodes(size.nodes());
            if (!Double.isNaN(before)) {
                points.add(plot.point(size.from(), before));
            }
            points.add(plot.point(size.from(), y));
            before = y;
        }
        points.add(plot.point(end, before));
        plot.path(String.join(" ", points), line.colour, line.more);
    }

    private void moved(Line line) {
        List<String> points = new ArrayList<>(List.of(plot.point(replay.begin(), ofMoved(0))));
        Instant at = replay.begin();
        for (double moved : line.of.movedAfter()) {
            at = at.plus(Duration.ofHours(1));
            points.add(plot.point(at, ofMoved(moved)));
        }
        plot.path(String.join(" ", points), line.colour, line.more);
    }

    private void legend() {
        plot.text(LEFT, TOP - 14, "start", "nodes", "#222");
        plot.text(LEFT, MOVED_TOP - 10, "start", "slots moved so far", "#222");
        double x = LEFT + 60;
        plot.line(x, TOP - 18, x + 24, TOP - 18, "#999", "");
        plot.text(x + 30, TOP - 14, "start", "needed without headroom", "#222");
        x += 210;
        for (Line line : lines()) {
            plot.line(x, TOP - 18, x + 24, TOP - 18, line.colour, line.more);
            plot.text(x + 30, TOP - 14, "start", line.of.name(), "#222");
            x += 120;
        }
    }

    private int lanes() {
        int y = LANES;
        plot.text(LEFT, y - 8, "start", "minutes of overload", "#222");
        for (Line line : lines()) {
            plot.text(
                    LEFT - 8,
                    y + 12,
                    "end",
                    line.of.name() + ": " + line.of.overloaded().size(),
                    "#222");
            plot.line(LEFT, y + 16, RIGHT, y + 16, "#e3e3e3", "");
            for (long minute : line.of.overloaded()) {
                double x = plot.x(Instant.ofEpochSecond(minute));
                plot.line(x, y + 2, x, y + 16, line.colour, " stroke-width=\"2\"");
            }
            y += LANE;
        }
        plot.text(LEFT - 8, y + 12, "end", "no metric", "#222");
        plot.line(LEFT, y + 16, RIGHT, y + 16, "#e3e3e3", "");
        Duration step = replay.traffic().step();
        for (Instant at = replay.begin(); at.isBefore(end); at = at.plus(step)) {
            Instant from = at;
            while (at.isBefore(end) && !replay.traffic().seenAt(at)) {
                at = at.plus(step);
            }
            if (at.isAfter(from)) {
                plot.bar(from, at, y + 2, 14, "#777", 0.6);
            }
        }
        return y + LANE;
    }

    private double ofNodes(double nodes) {
        return TOP + SIZES - SIZES * nodes / mostNodes;
    }

    private double ofMoved(double moved) {
        return MOVED_TOP + MOVED - MOVED * moved / mostMoved;
    }
}
