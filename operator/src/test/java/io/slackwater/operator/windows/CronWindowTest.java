package io.slackwater.operator.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronWindowTest {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void opens_when_it_fires_and_closes_when_its_time_has_passed() {
        CronWindow night = new CronWindow("0 3 * * *", Duration.ofHours(2), SEOUL);
        assertThat(night.isOpen(at("2026-11-25T02:59:59", SEOUL))).isFalse();
        assertThat(night.isOpen(at("2026-11-25T03:00:00", SEOUL))).isTrue();
        assertThat(night.isOpen(at("2026-11-25T04:59:59", SEOUL))).isTrue();
        assertThat(night.isOpen(at("2026-11-25T05:00:00", SEOUL))).isFalse();
        assertThat(night.openUntil(at("2026-11-25T04:00:00", SEOUL))).contains(at("2026-11-25T05:00", SEOUL));
        assertThat(night.openUntil(at("2026-11-25T05:00:00", SEOUL))).isEmpty();
        assertThat(night.nextOpening(at("2026-11-25T02:00:00", SEOUL))).contains(at("2026-11-25T03:00", SEOUL));
        assertThat(night.nextOpening(at("2026-11-25T03:00:00", SEOUL))).contains(at("2026-11-26T03:00", SEOUL));
    }

    @Test
    void firings_that_overlap_or_adjoin_are_one_opening() {
        CronWindow overlapping = new CronWindow("0 1,2 * * *", Duration.ofMinutes(90), SEOUL);
        assertThat(overlapping.openUntil(at("2026-11-25T01:10", SEOUL))).contains(at("2026-11-25T03:30", SEOUL));
        assertThat(overlapping.nextOpening(at("2026-11-25T01:10", SEOUL))).contains(at("2026-11-26T01:00", SEOUL));
        CronWindow adjoining = new CronWindow("0 1,2 * * *", Duration.ofHours(1), SEOUL);
        assertThat(adjoining.openUntil(at("2026-11-25T01:10", SEOUL))).contains(at("2026-11-25T03:00", SEOUL));
    }

    @Test
    void one_that_never_closes_and_one_that_never_opens() {
        CronWindow always = new CronWindow("* * * * *", Duration.ofMinutes(1), SEOUL);
        assertThat(always.openUntil(Instant.EPOCH)).contains(CronWindow.NEVER_CLOSES);
        assertThat(always.nextOpening(Instant.EPOCH)).isEmpty();
        CronWindow never = new CronWindow("0 0 30 2 *", Duration.ofHours(1), SEOUL);
        assertThat(never.isOpen(Instant.EPOCH)).isFalse();
        assertThat(never.nextOpening(Instant.EPOCH)).isEmpty();
    }

    @Test
    void durations_have_bounds() {
        assertThatThrownBy(() -> new CronWindow("0 3 * * *", Duration.ofSeconds(59), SEOUL))
                .hasMessage("a window of 59s is out of bounds: write 1m to 7d");
        assertThatThrownBy(() -> new CronWindow("0 3 * * *", Duration.ofDays(7).plusSeconds(1), SEOUL))
                .hasMessage("a window of 7d1s is out of bounds: write 1m to 7d");
    }

    /** Start, zone, a day; then when it opens and closes on that day, in UTC. All windows are of 90 minutes. */
    @ParameterizedTest
    @CsvSource({
        // 02:00 to 03:00 is skipped: at the jump, and 90 minutes pass
        "30 2 * * *, Europe/Berlin,       2026-03-29, 01:00, 02:30",
        "30 1 * * *, Europe/Berlin,       2026-03-29, 00:30, 02:00",
        "0 3 * * *,  Europe/Berlin,       2026-03-29, 01:00, 02:30",
        // 02:00 to 03:00 comes twice: the first time
        "30 2 * * *, Europe/Berlin,       2026-10-25, 00:30, 02:00",
        "0 2 * * *,  Europe/Berlin,       2026-10-25, 00:00, 01:30",
        "0 3 * * *,  Europe/Berlin,       2026-10-25, 02:00, 03:30",
        "30 2 * * *, America/New_York,    2026-03-08, 07:00, 08:30",
        "30 1 * * *, America/New_York,    2026-11-01, 05:30, 07:00",
        "30 2 * * *, Asia/Seoul,          2026-03-29, 17:30, 19:00",
        // half an hour: 02:00 to 02:30 is skipped in October, 01:30 to 02:00 comes twice in April
        "15 2 * * *, Australia/Lord_Howe, 2026-10-04, 15:30, 17:00",
        "30 2 * * *, Australia/Lord_Howe, 2026-10-04, 15:30, 17:00",
        "45 1 * * *, Australia/Lord_Howe, 2026-04-05, 14:45, 16:15"
    })
    void when_clocks_are_changed(String start, ZoneId zone, LocalDate day, String opens, String closes) {
        CronWindow window = new CronWindow(start, Duration.ofMinutes(90), zone);
        Instant opening = window.nextOpening(day.atStartOfDay(zone).toInstant()).orElseThrow();
        assertThat(opening.toString()).endsWith("T" + opens + ":00Z");
        assertThat(window.openUntil(opening).orElseThrow().toString()).endsWith("T" + closes + ":00Z");
        assertThat(window.nextOpening(opening).orElseThrow())
                .isAfterOrEqualTo(day.plusDays(1).atStartOfDay(zone).toInstant());
    }

    @Test
    void the_second_time_an_hour_comes_is_not_open_again() {
        CronWindow window = new CronWindow("15 2 * * *", Duration.ofMinutes(10), BERLIN);
        Instant first = Instant.parse("2026-10-25T00:15:00Z");
        assertThat(window.isOpen(first)).isTrue();
        assertThat(window.isOpen(first.plus(Duration.ofHours(1)))).isFalse();
        assertThat(window.nextOpening(first.plus(Duration.ofMinutes(45))))
                .contains(Instant.parse("2026-10-26T01:15:00Z"));
    }

    @Property(tries = 200)
    void a_daily_window_opens_once_on_every_day(
            @ForAll("zones") ZoneId zone, @ForAll @IntRange(min = 0, max = 1439) int minute) {
        String start = minute % 60 + " " + minute / 60 + " * * *";
        CronWindow window = new CronWindow(start, Duration.ofMinutes(1), zone);
        LocalDate day = LocalDate.of(2026, 1, 1);
        Instant opening = day.atStartOfDay(zone).toInstant().minusMillis(1);
        for (; day.getYear() == 2026; day = day.plusDays(1)) {
            opening = window.nextOpening(opening).orElseThrow();
            assertThat(opening.atZone(zone).toLocalDate()).isEqualTo(day);
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void is_open_when_enumerated_firings_say_so(
            @ForAll("expressions") String start,
            @ForAll("zones") ZoneId zone,
            @ForAll @IntRange(min = 1, max = 3 * 1440) int minutes,
            @ForAll("times") Instant time) {
        CronWindow window = new CronWindow(start, Duration.ofMinutes(minutes), zone);
        List<Instant> firings = enumerate(start, zone, time.minus(Duration.ofDays(5)), time.plus(Duration.ofDays(20)));
        boolean open = firings.stream().anyMatch(at -> covers(at, minutes, time));
        assertThat(window.isOpen(time)).isEqualTo(open);
        Optional<Instant> until = window.openUntil(time);
        assertThat(until.isPresent()).isEqualTo(open);
        until.filter(end -> !end.equals(CronWindow.NEVER_CLOSES)).ifPresent(end -> {
            assertThat(firings).noneMatch(at -> covers(at, minutes, end));
            assertThat(firings).anyMatch(at -> covers(at, minutes, end.minusSeconds(1)));
        });
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void the_next_opening_is_later_and_is_one(
            @ForAll("expressions") String start,
            @ForAll("zones") ZoneId zone,
            @ForAll @IntRange(min = 1, max = 7 * 1440) int minutes,
            @ForAll("times") Instant time) {
        CronWindow window = new CronWindow(start, Duration.ofMinutes(minutes), zone);
        window.nextOpening(time).ifPresent(next -> {
            assertThat(next).isAfter(time);
            assertThat(window.isOpen(next)).isTrue();
            assertThat(window.isOpen(next.minusMillis(1))).isFalse();
        });
    }

    /** Every minute of the wall clock that the expression means, as a moment; the rule of daylight saving told in another way. */
    private static List<Instant> enumerate(String start, ZoneId zone, Instant from, Instant to) {
        Firings firings = new Firings(start);
        List<Instant> found = new ArrayList<>();
        LocalDateTime wall = LocalDateTime.ofInstant(from, zone);
        LocalDateTime end = LocalDateTime.ofInstant(to, zone);
        Stream.iterate(firings.after(wall), Optional::isPresent, at -> firings.after(at.orElseThrow()))
                .map(Optional::orElseThrow)
                .takeWhile(at -> at.isBefore(end))
                .forEach(at -> {
                    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(at);
                    found.add(offsets.isEmpty() ? firstValidMinute(at, zone) : at.toInstant(offsets.getFirst()));
                });
        return found;
    }

    private static Instant firstValidMinute(LocalDateTime skipped, ZoneId zone) {
        LocalDateTime wall = skipped;
        while (zone.getRules().getValidOffsets(wall).isEmpty()) {
            wall = wall.plusMinutes(1);
        }
        return wall.atZone(zone).toInstant();
    }

    private static boolean covers(Instant firing, int minutes, Instant time) {
        return !firing.isAfter(time) && time.isBefore(firing.plus(Duration.ofMinutes(minutes)));
    }

    private static Instant at(String local, ZoneId zone) {
        return ZonedDateTime.of(LocalDateTime.parse(local), zone).toInstant();
    }

    @Provide
    Arbitrary<String> expressions() {
        return Expressions.any();
    }

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(
                        "Europe/Berlin",
                        "America/New_York",
                        "Asia/Seoul",
                        "Australia/Lord_Howe",
                        "UTC",
                        "America/Santiago")
                .map(ZoneId::of);
    }

    /** Any, and many around the nights in which clocks are changed. */
    @Provide
    Arbitrary<Instant> times() {
        Arbitrary<Instant> any = Arbitraries.longs()
                .between(0, 366L * 1440)
                .map(minute -> Instant.parse("2026-01-01T00:00:00Z").plusSeconds(60 * minute));
        Arbitrary<Instant> changes = Arbitraries.of(
                        "2026-03-08T07:00:00Z",
                        "2026-03-29T01:00:00Z",
                        "2026-04-04T15:00:00Z",
                        "2026-04-05T03:00:00Z",
                        "2026-09-06T04:00:00Z",
                        "2026-10-03T15:30:00Z",
                        "2026-10-25T01:00:00Z",
                        "2026-11-01T06:00:00Z")
                .flatMap(change -> Arbitraries.integers()
                        .between(-180, 180)
                        .map(minutes -> Instant.parse(change).plusSeconds(60L * minutes)));
        return Arbitraries.oneOf(any, changes);
    }
}
