package io.slackwater.operator.windows;

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
    private final StringBuilder body = new StringBuilder();
    private int lane = BOTTOM + 30;
    private boolean moves;

    record Point(Instant at, double rate) {}

    record Span(Instant from, Instant to) {}

    WeekPlot(Instant from, Instant to, ZoneId zone) {
        this.from = from;
        this.to = to;
        this.zone = zone;
    }

    WeekPlot traffic(List<Point> traffic, List<Point> marks, List<Span> quiet) {
        quiet.forEach(span -> rect(span, TOP, BOTTOM - TOP, "#2a9d8f", 0.2));
        for (int rate = 0; rate <= TOP_RATE; rate += 2_500) {
            line(LEFT, y(rate), RIGHT, y(rate), "#e3e3e3", "");
            text(LEFT - 8, y(rate) + 4, "end", String.format(Locale.ROOT, "%,d", rate), "#555");
        }
        text(
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
        text(LEFT - 8, lane + 12, "end", label, "#222");
        line(LEFT, lane + 16, RIGHT, lane + 16, "#e3e3e3", "");
        open.forEach(span -> rect(span, lane, 16, colour, 0.85));
        lane += LANE;
        return this;
    }

    WeekPlot move(String label, Instant asked, Instant runs) {
        if (!moves) {
            moves = true;
            lane += 22;
            text(
                    LEFT,
                    lane - 6,
                    "start",
                    "a move asked for on " + DAY_AND_TIME.format(asked.atZone(zone)) + " runs",
                    "#222");
        }
        double y = lane + 9;
        text(LEFT - 8, y + 4, "end", label, "#222");
        line(x(asked), y, x(runs), y, "#e76f51", " stroke-width=\"2\" stroke-dasharray=\"2 3\"");
        circle(asked, y, "#fff");
        circle(runs, y, "#e76f51");
        text(x(runs) + 10, y + 4, "start", DAY_AND_TIME.format(runs.atZone(zone)), "#222");
        lane += LANE - 4;
        return this;
    }

    String svg() {
        String plot = body.toString();
        body.setLength(0);
        for (Instant day = from; day.isBefore(to); day = day.plus(Duration.ofDays(1))) {
            line(x(day), TOP, x(day), lane, "#ccc", "");
            text(x(day.plus(Duration.ofHours(12))), BOTTOM + 18, "middle", DAY.format(day.atZone(zone)), "#555");
        }
        line(RIGHT, TOP, RIGHT, lane, "#ccc", "");
        int height = lane + 12;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <title>A generated week of traffic, when windows are open in it, and when a move would run</title>
                <rect width="%d" height="%d" fill="#fff"/>
                %s%s</svg>
                """.formatted(WIDTH, height, WIDTH, height, body, plot);
    }

    private void path(List<Point> points, String colour, String more) {
        String coordinates = points.stream()
                .map(point -> number(x(point.at())) + "," + number(y(point.rate())))
                .collect(Collectors.joining(" "));
        body.append("<polyline fill=\"none\" stroke=\"" + colour + "\"" + more + " points=\"" + coordinates + "\"/>\n");
    }

    private void rect(Span span, double y, double height, String colour, double opacity) {
        body.append("<rect x=\"" + number(x(span.from())) + "\" y=\"" + number(y) + "\" width=\""
                + number(x(span.to()) - x(span.from())) + "\" height=\"" + number(height) + "\" fill=\"" + colour
                + "\" fill-opacity=\"" + opacity + "\"/>\n");
    }

    private void line(double x1, double y1, double x2, double y2, String colour, String more) {
        body.append("<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\""
                + number(y2) + "\" stroke=\"" + colour + "\"" + more + "/>\n");
    }

    private void circle(Instant at, double y, String fill) {
        body.append("<circle cx=\"" + number(x(at)) + "\" cy=\"" + number(y) + "\" r=\"4.5\" fill=\"" + fill
                + "\" stroke=\"#e76f51\" stroke-width=\"1.5\"/>\n");
    }

    private void text(double x, double y, String anchor, String text, String colour) {
        body.append("<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\" fill=\""
                + colour + "\" stroke=\"#fff\" stroke-width=\"4\" paint-order=\"stroke\">" + text + "</text>\n");
    }

    private double x(Instant at) {
        return LEFT
                + (double) (RIGHT - LEFT)
                        * Duration.between(from, at).toSeconds()
                        / Duration.between(from, to).toSeconds();
    }

    private static double y(double rate) {
        return BOTTOM - (BOTTOM - TOP) * rate / TOP_RATE;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
