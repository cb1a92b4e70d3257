package io.slackwater.operator.scaling.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Draws over a stretch of time, as SVG. Colours and further attributes are written into it as they are. For one thread. */
public final class TimePlot {
    private final Instant from;
    private final Instant to;
    private final int left;
    private final int right;
    private final StringBuilder drawn = new StringBuilder();

    /**
     * An empty one.
     *
     * @param left where the time begins, in units of the picture
     * @param right where it ends
     */
    public TimePlot(Instant from, Instant to, int left, int right) {
        this.from = from;
        this.to = to;
        this.left = left;
        this.right = right;
    }

    /** Where a time is. */
    public double x(Instant at) {
        return left
                + (double) (right - left)
                        * Duration.between(from, at).toSeconds()
                        / Duration.between(from, to).toSeconds();
    }

    /** A bar over a span of time. */
    public void bar(Instant begin, Instant end, double y, double height, String colour, double opacity) {
        drawn.append("<rect x=\"" + number(x(begin)) + "\" y=\"" + number(y) + "\" width=\""
                + number(x(end) - x(begin)) + "\" height=\"" + number(height) + "\" fill=\"" + colour
                + "\" fill-opacity=\"" + opacity + "\"/>\n");
    }

    /** A straight line; {@code more} are further attributes, or nothing. */
    public void line(double x1, double y1, double x2, double y2, String colour, String more) {
        drawn.append("<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\""
                + number(y2) + "\" stroke=\"" + colour + "\"" + more + "/>\n");
    }

    /** A line through points; {@code points} is made with {@link #point}. */
    public void path(String points, String colour, String more) {
        drawn.append("<polyline fill=\"none\" stroke=\"" + colour + "\"" + more + " points=\"" + points + "\"/>\n");
    }

    /** A point of a path. */
    public String point(Instant at, double y) {
        return number(x(at)) + "," + number(y);
    }

    /** A dot with an edge. */
    public void dot(Instant at, double y, String fill, String edge) {
        drawn.append("<circle cx=\"" + number(x(at)) + "\" cy=\"" + number(y) + "\" r=\"4.5\" fill=\"" + fill
                + "\" stroke=\"" + edge + "\" stroke-width=\"1.5\"/>\n");
    }

    /** Words; {@code anchor} is start, middle or end. */
    public void text(double x, double y, String anchor, String text, String colour) {
        drawn.append("<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\" fill=\""
                + colour + "\" stroke=\"#fff\" stroke-width=\"4\" paint-order=\"stroke\">" + text + "</text>\n");
    }

    /** What was drawn so far; it begins anew after that. */
    public String take() {
        String taken = drawn.toString();
        drawn.setLength(0);
        return taken;
    }

    /** The whole picture, what was {@linkplain #take taken} in {@code parts}, the first at the back. */
    public static String document(int width, int height, String title, String... parts) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <title>%s</title>
                <rect width="%d" height="%d" fill="#fff"/>
                %s</svg>
                """.formatted(width, height, title, width, height, String.join("", parts));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
