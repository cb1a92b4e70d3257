package io.slackwater.ring.sim;

import java.util.Locale;

/** What happened, one line a step: time in milliseconds, actor, what. Kept only when a run is to be read by people. */
final class Trace {
    private final Timeline timeline;
    private final StringBuilder lines = new StringBuilder();

    Trace(Timeline timeline) {
        this.timeline = timeline;
    }

    void say(String actor, String what) {
        lines.append(String.format(Locale.ROOT, "%10.3f  %-6s ", timeline.now() / 1000.0, actor))
                .append(what)
                .append('\n');
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}
