package io.slackwater.operator.windows;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.scaling.replay.GeneratedTraffic;
import io.slackwater.operator.windows.Deadline.OnDeadline;
import io.slackwater.operator.windows.Deadline.Outcome;
import io.slackwater.operator.windows.Opening.Closed;
import io.slackwater.operator.windows.Opening.Open;
import io.slackwater.operator.windows.WeekPlot.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A generated week, minute by minute on a test clock: a daily wave, a weekend, a spike in one night, noise. The week before it has filled
 * the history. A move is asked for on Tuesday at 14:00.
 */
class WindowsWeekTest {
    private static final Path COMMITTED = Path.of("../docs/images/windows-week.svg");
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    private static final Instant MONDAY = at(9, "00:00");
    private static final Instant END = at(16, "00:00");
    private static final Instant ASKED = at(10, "14:00");
    private static final Instant SPIKE_FROM = at(12, "03:00");
    private static final Instant SPIKE_TO = at(12, "04:30");

    private static final Windows BY_CLOCK =
            new Windows(List.of(new CronWindow("0 3 * * *", Duration.ofHours(2), SEOUL)), null, SEOUL);
    private static final Windows BY_TRAFFIC = new Windows(List.of(), new QuietWindow(20, Duration.ofDays(7)), SEOUL);
    private static final Deadline SIX_HOURS = new Deadline(Duration.ofHours(6), OnDeadline.Proceed);

    private static final Replay REPLAY = new Replay();

    /** What was seen; filled once, read by all tests. */
    private static final class Replay {
        final List<WeekPlot.Point> traffic = new ArrayList<>();
        final List<Span> clock = new ArrayList<>();
        final List<Span> measured = new ArrayList<>();
        final List<WeekPlot.Point> marks = new ArrayList<>();

        @Nullable
        Instant movedByClock;

        @Nullable
        Instant movedByTraffic;

        @Nullable
        Instant movedByDeadline;

        @Nullable
        Opening byClockWhenAsked;

        @Nullable
        Opening byTrafficWhenAsked;
    }

    @BeforeAll
    static void replay() {
        GeneratedTraffic wave = new GeneratedTraffic(1_200, 9_000, 0.08, SEOUL, new Random(20));
        TrafficHistory history = new TrafficHistory(Duration.ofDays(7));
        for (Instant now = MONDAY.minus(Duration.ofDays(7)); now.isBefore(END); now = now.plusSeconds(60)) {
            boolean spike = !now.isBefore(SPIKE_FROM) && now.isBefore(SPIKE_TO);
            history.record(now, wave.at(now) + (spike ? 5_000 : 0));
            if (!now.isBefore(MONDAY)) {
                look(now, history);
            }
        }
    }

    private static void look(Instant now, TrafficHistory history) {
        Opening byClock = BY_CLOCK.decide(now, history);
        Opening byTraffic = BY_TRAFFIC.decide(now, history);
        extend(REPLAY.clock, byClock, now);
        extend(REPLAY.measured, byTraffic, now);
        if (now.getEpochSecond() % TrafficHistory.BIN_SECONDS == 0) {
            REPLAY.traffic.add(new WeekPlot.Point(now, history.mean(TrafficHistory.bin(now) - 1)));
            REPLAY.marks.add(new WeekPlot.Point(
                    now,
                    new QuietWindow(20, Duration.ofDays(7)).look(now, history).mark()));
        }
        if (now.equals(ASKED)) {
            REPLAY.byClockWhenAsked = byClock;
            REPLAY.byTrafficWhenAsked = byTraffic;
        }
        if (!now.isBefore(ASKED)) {
            REPLAY.movedByClock = first(REPLAY.movedByClock, byClock instanceof Open, now);
            REPLAY.movedByTraffic = first(REPLAY.movedByTraffic, byTraffic instanceof Open, now);
            boolean due = SIX_HOURS.at(now, ASKED, SEOUL) instanceof Outcome.Proceed;
            REPLAY.movedByDeadline = first(REPLAY.movedByDeadline, byClock instanceof Open || due, now);
        }
    }

    @Test
    void the_clock_opens_at_three_every_night_whatever_the_traffic() {
        assertThat(REPLAY.clock).hasSize(7).allSatisfy(span -> {
            assertThat(time(span.from())).isEqualTo(LocalTime.of(3, 0));
            assertThat(time(span.to())).isEqualTo(LocalTime.of(5, 0));
        });
    }

    @Test
    void quiet_is_every_night_and_never_by_day() {
        assertThat(REPLAY.measured).allSatisfy(span -> {
            assertThat(time(span.from())).isBetween(LocalTime.of(0, 30), LocalTime.of(6, 0));
            assertThat(time(span.to())).isBetween(LocalTime.of(3, 0), LocalTime.of(8, 0));
        });
        assertThat(REPLAY.measured.stream()
                        .map(span -> span.from().atZone(SEOUL).toLocalDate())
                        .distinct())
                .hasSize(7);
        Duration open = REPLAY.measured.stream()
                .map(span -> Duration.between(span.from(), span.to()))
                .reduce(Duration.ZERO, Duration::plus);
        assertThat(open).as("about a fifth of 168 h").isBetween(Duration.ofHours(29), Duration.ofHours(40));
    }

    @Test
    void a_spike_in_the_night_closes_it_within_ten_minutes_and_it_opens_again_after() {
        List<Span> thursday = REPLAY.measured.stream()
                .filter(span -> span.from().atZone(SEOUL).getDayOfWeek() == DayOfWeek.THURSDAY)
                .toList();
        assertThat(thursday).hasSize(2);
        assertThat(thursday.getFirst().to()).isBetween(SPIKE_FROM, SPIKE_FROM.plus(Duration.ofMinutes(10)));
        assertThat(thursday.getLast().from()).isBetween(SPIKE_TO, SPIKE_TO.plus(Duration.ofMinutes(30)));
        assertThat(REPLAY.measured).as("one opening in each other night").hasSize(8);
    }

    @Test
    void at_the_weekend_it_is_open_for_longer() {
        assertThat(longest(DayOfWeek.SATURDAY))
                .isGreaterThan(longest(DayOfWeek.WEDNESDAY).plus(Duration.ofMinutes(30)));
    }

    @Test
    void a_move_asked_for_on_tuesday_afternoon_runs_in_the_night() {
        assertThat(said(REPLAY.byClockWhenAsked)).isEqualTo("opens at 03:00 Asia/Seoul");
        assertThat(REPLAY.movedByClock).isEqualTo(at(11, "03:00"));
        assertThat(said(REPLAY.byTrafficWhenAsked)).matches("opens about 0[12]:[0-5]0 Asia/Seoul");
        assertThat(REPLAY.movedByTraffic).isBetween(at(11, "01:00"), at(11, "02:59"));
        assertThat(REPLAY.byTrafficWhenAsked)
                .isInstanceOfSatisfying(
                        Closed.class,
                        closed -> assertThat(Duration.between(closed.next(), REPLAY.movedByTraffic)
                                        .abs())
                                .as("the forecast was right")
                                .isLessThanOrEqualTo(Duration.ofMinutes(40)));
        assertThat(REPLAY.movedByDeadline).isEqualTo(at(10, "20:00"));
    }

    @Test
    void the_plot_shows_this_week() throws IOException {
        String plot = new WeekPlot(MONDAY, END, SEOUL)
                .traffic(REPLAY.traffic, REPLAY.marks, REPLAY.measured)
                .lane("lowTraffic: 20 %", "#2a9d8f", REPLAY.measured)
                .lane("windows: 0 3 * * *, 2h", "#4361ee", REPLAY.clock)
                .move("with lowTraffic", ASKED, moved(REPLAY.movedByTraffic))
                .move("with windows", ASKED, moved(REPLAY.movedByClock))
                .move("with deadline: 6h", ASKED, moved(REPLAY.movedByDeadline))
                .svg();
        if (Boolean.getBoolean("slackwater.write")) {
            Files.createDirectories(COMMITTED.getParent());
            Files.writeString(COMMITTED, plot);
        }
        assertThat(Files.readString(COMMITTED))
                .as("differs from what the windows do: run  ./mvnw -pl operator -am test -Dtest=WindowsWeekTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dslackwater.write=true  and commit the result")
                .isEqualTo(plot);
    }

    private static void extend(List<Span> spans, Opening opening, Instant now) {
        if (opening instanceof Closed) {
            return;
        }
        Instant end = now.plusSeconds(60);
        if (!spans.isEmpty() && spans.getLast().to().equals(now)) {
            spans.set(spans.size() - 1, new Span(spans.getLast().from(), end));
        } else {
            spans.add(new Span(now, end));
        }
    }

    private static Duration longest(DayOfWeek day) {
        return REPLAY.measured.stream()
                .filter(span -> span.from().atZone(SEOUL).getDayOfWeek() == day)
                .map(span -> Duration.between(span.from(), span.to()))
                .max(Duration::compareTo)
                .orElseThrow();
    }

    private static @Nullable Instant first(@Nullable Instant before, boolean runs, Instant now) {
        return before == null && runs ? now : before;
    }

    private static Instant moved(@Nullable Instant at) {
        if (at == null) {
            throw new AssertionError("the move did not run in this week");
        }
        return at;
    }

    private static String said(@Nullable Opening opening) {
        return opening == null ? "nothing" : opening.sentence();
    }

    private static LocalTime time(Instant instant) {
        return instant.atZone(SEOUL).toLocalTime();
    }

    private static Instant at(int dayOfNovember, String time) {
        return LocalDateTime.of(2026, 11, dayOfNovember, 0, 0)
                .with(LocalTime.parse(time))
                .atZone(SEOUL)
                .toInstant();
    }
}
