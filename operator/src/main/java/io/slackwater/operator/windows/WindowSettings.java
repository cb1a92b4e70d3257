package io.slackwater.operator.windows;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a person wrote about windows, not looked at yet.
 *
 * @param windows windows by the clock
 * @param lowTraffic window by traffic, null for none
 * @param deadline as {@link Durations#parse} reads it, null for none
 * @param onDeadline what to do then
 */
public record WindowSettings(
        List<Cron> windows,
        @Nullable LowTraffic lowTraffic,
        @Nullable String deadline,
        Deadline.OnDeadline onDeadline) {
    private static final String PATH = "spec.migration.";

    /**
     * A window by the clock.
     *
     * @param start cron expression of five fields
     * @param duration as {@link Durations#parse} reads it
     * @param timeZone name of a time zone, null for UTC
     */
    public record Cron(
            @Nullable String start,
            @Nullable String duration,
            @Nullable String timeZone) {}

    /**
     * A window by traffic.
     *
     * @param lookback as {@link Durations#parse} reads it, null for seven days
     * @param timeZone name of a time zone, null for that of the first window by the clock, or UTC without one
     */
    public record LowTraffic(
            int quietestPercent,
            @Nullable String lookback,
            @Nullable String timeZone) {}

    public WindowSettings {
        windows = List.copyOf(windows);
    }

    /**
     * What is wrong, one sentence each; empty when it can be acted on.
     *
     * @param now from when on a window has to open once, in the nine years to come
     * @param estimate how long the migration will take, null when that is not known
     */
    public List<String> refusals(Instant now, @Nullable Duration estimate) {
        List<String> refusals = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            String path = PATH + "windows[" + i + "].";
            Cron window = windows.get(i);
            int before = refusals.size();
            attempt(refusals, () -> cron(window, path));
            if (refusals.size() == before) {
                CronWindow readable = cron(window, path);
                if (!readable.isOpen(now) && readable.nextOpening(now).isEmpty()) {
                    refusals.add(
                            path + "start: the window \"" + window.start() + "\" never opens: no year has such a day");
                }
            }
        }
        attempt(refusals, this::quiet);
        attempt(refusals, this::quietZone);
        attempt(refusals, this::toDeadline);
        if (estimate != null && deadline != null && refusals.isEmpty()) {
            Duration after = toDeadline().after();
            if (after != null && after.compareTo(estimate) < 0) {
                refusals.add(PATH + "deadline: " + Durations.text(after)
                        + " is shorter than the migration is estimated to take, " + Durations.text(estimate)
                        + ": write that at least, or no deadline");
            }
        }
        return List.copyOf(refusals);
    }

    /**
     * The windows.
     *
     * @throws IllegalArgumentException there are {@link #refusals}; the message is one of them
     */
    public Windows toWindows() {
        List<CronWindow> cron = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            cron.add(cron(windows.get(i), PATH + "windows[" + i + "]."));
        }
        return new Windows(cron, quiet(), quietZone());
    }

    /**
     * The deadline.
     *
     * @throws IllegalArgumentException there are {@link #refusals}; the message is one of them
     */
    public Deadline toDeadline() {
        return at(
                PATH + "deadline", () -> new Deadline(deadline == null ? null : Durations.parse(deadline), onDeadline));
    }

    private @Nullable QuietWindow quiet() {
        if (lowTraffic == null) {
            return null;
        }
        String written = lowTraffic.lookback();
        Duration lookback = at(PATH + "lowTraffic.lookback", () -> {
            Duration length = written == null ? TrafficHistory.DEFAULT_LOOKBACK : Durations.parse(written);
            TrafficHistory.bins(length);
            return length;
        });
        return at(PATH + "lowTraffic.quietestPercent", () -> new QuietWindow(lowTraffic.quietestPercent(), lookback));
    }

    private ZoneId quietZone() {
        if (lowTraffic != null && lowTraffic.timeZone() != null) {
            return zone(lowTraffic.timeZone(), PATH + "lowTraffic.timeZone");
        }
        return windows.isEmpty() ? ZoneOffset.UTC : zone(windows.getFirst().timeZone(), PATH + "windows[0].timeZone");
    }

    private static CronWindow cron(Cron window, String path) {
        ZoneId zone = zone(window.timeZone(), path + "timeZone");
        Duration duration = at(path + "duration", () -> Durations.parse(required(window.duration(), "2h")));
        String start = at(path + "start", () -> required(window.start(), "0 3 * * *"));
        at(path + "start", () -> new Firings(start));
        return at(path + "duration", () -> new CronWindow(start, duration, zone));
    }

    private static ZoneId zone(@Nullable String name, String path) {
        if (name == null) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException(
                    path + ": there is no time zone \"" + name + "\": write one such as Asia/Seoul or UTC", unknown);
        }
    }

    private static String required(@Nullable String value, String example) {
        if (value == null) {
            throw new IllegalArgumentException("is missing: write for example " + example);
        }
        return value;
    }

    private static <T> T at(String path, Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(path + ": " + refused.getMessage(), refused);
        }
    }

    private static void attempt(List<String> refusals, Runnable read) {
        try {
            read.run();
        } catch (IllegalArgumentException refused) {
            String sentence = String.valueOf(refused.getMessage());
            if (!refusals.contains(sentence)) {
                refusals.add(sentence);
            }
        }
    }
}
