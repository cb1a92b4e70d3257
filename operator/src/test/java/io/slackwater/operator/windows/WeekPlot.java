package io.slackwater.operator.windows;

import io.slackwater.operator.scaling.replay.TimePlot;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Draws a week of traffic with windows and moves below it, as SVG. */
final class WeekPlot {
    private static final int WIDTH = 1000;
    private static final int LEFT = 150;
    private static final int RIGHT = 985;
    private static final int TOP = 34;
    private static final int BOTTOM = 234;
    private static final int LANE = 26;
    private static final int TOP_RATE = 10_000;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEE", Locale.ENGLISH);
    private static final DateTimeFormatter DAY_AND_TIME = DateTimeFormatter.ofPattern("EEE HH:mm", Locale.ENGLISH);

    private final Instant from;
    private final Instant to;
    private final ZoneId zone;
    private final TimePlot plot;
    private int lane = BOTTOM + 30;
    private boolean moves;

    record Point(Instant at, double rate) {}

    record Span(Instant from, Instant to) {}

    WeekPlot(Instant from, Instant to, ZoneId zone) {
        this.from = from;
        this.to = to;
        this.zone = zone;
        this.plot = new TimePlot(from, to, LEFT, RIGHT);
    }

    WeekPlot traffic(List<Point> traffic, List<Point> marks, List<Span> quiet) {
        quiet.forEach(span -> plot.bar(span.from(), span.to(), TOP, BOTTOM - TOP, "#2a9d8f", 0.2));
        for (int rate = 0; rate <= TOP_RATE; rate += 2_500) {
            plot.line(LEFT, y(rate), RIGHT, y(rate), "#e3e3e3", "");
            plot.text(LEFT - 8, y(rate) + 4, "end", String.format(Locale.ROOT, "%,d", rate), "#555");
        }
        plot.text(
                LEFT,
                TOP - 14,
                "start",
                "messages per second, and the mark of the quietest 20 % of the last 7 days (dashed)",
                "#222");
        path(traffic, "#264653", "");
        path(marks, "#2a9d8f", " stroke-dasharray=\"5 4\"");
        return this;
    }

    WeekPlot lane(String label, String colour, List<Span> open) {
        plot.text(LEFT - 8, lane + 12, "end", label, "#222");
        plot.line(LEFT, lane + 16, RIGHT, lane + 16, "#e3e3e3", "");
        open.forEach(span -> plot.bar(span.from(), span.to(), lane, 16, colour, 0.85));
        lane += LANE;
        return this;
    }

    WeekPlot move(String label, Instant asked, Instant runs) {
        if (!moves) {
            moves = true;
            lane += 22;
            plot.text(
                    LEFT,
                    lane - 6,
                    "start",
                    "a move asked for on " + DAY_AND_TIME.format(asked.atZone(zone)) + " runs",
                    "#222");
        }
        double y = lane + 9;
        plot.text(LEFT - 8, y + 4, "end", label, "#222");
        plot.line(plot.x(asked), y, plot.x(runs), y, "#e76f51", " stroke-width=\"2\" stroke-dasharray=\"2 3\"");
        plot.dot(asked, y, "#fff", "#e76f51");
        plot.dot(runs, y, "#e76f51", "#e76f51");
        plot.text(plot.x(runs) + 10, y + 4, "start", DAY_AND_TIME.format(runs.atZone(zone)), "#222");
        lane += LANE - 4;
        return this;
    }

    String svg() {
        String drawn = plot.take();
        for (Instant day = from; day.isBefore(to); day = day.plus(Duration.ofDays(1))) {
            plot.line(plot.x(day), TOP, plot.x(day), lane, "#ccc", "");
            plot.text(
                    plot.x(day.plus(Duration.ofHours(12))),
                    BOTTOM + 18,
                    "middle",
                    DAY.format(day.atZone(zone)),
                    "#555");
        }
        plot.line(RIGHT, TOP, RIGHT, lane, "#ccc", "");
        int height = lane + 12;
        return TimePlot.document(
                WIDTH,
                height,
                "A generated week of traffic, when windows are open in it, and when a move would run",
                plot.take(),
                drawn);
    }

    private void path(List<Point> points, String colour, String more) {
        plot.path(
                points.stream()
                        .map(point -> plot.point(point.at(), y(point.rate())))
                        .collect(Collectors.joining(" ")),
                colour,
                more);
    }

    private static double y(double rate) {
        return BOTTOM - (BOTTOM - TOP) * rate / TOP_RATE;
    }
}
