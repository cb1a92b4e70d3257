package io.slackwater.operator.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronFiringsTest {
    private static final LocalDateTime NOON = LocalDateTime.parse("2026-11-25T12:00");

    @Test
    void a_daily_one() {
        Firings daily = new Firings("0 3 * * *");
        assertThat(daily.after(NOON)).contains(LocalDateTime.parse("2026-11-26T03:00"));
        assertThat(daily.atOrBefore(NOON)).contains(LocalDateTime.parse("2026-11-25T03:00"));
        assertThat(daily.atOrBefore(LocalDateTime.parse("2026-11-25T03:00:00")))
                .contains(LocalDateTime.parse("2026-11-25T03:00"));
        assertThat(daily.after(LocalDateTime.parse("2026-11-25T03:00")))
                .contains(LocalDateTime.parse("2026-11-26T03:00"));
        assertThat(daily.atOrBefore(LocalDateTime.parse("2026-11-25T02:59:59.9")))
                .contains(LocalDateTime.parse("2026-11-24T03:00"));
    }

    @Test
    void either_of_two_days_is_enough() {
        Firings friday13 = new Firings("0 3 13 * 5");
        assertThat(friday13.after(LocalDateTime.parse("2026-12-11T03:00")))
                .contains(LocalDateTime.parse("2026-12-13T03:00"));
        assertThat(friday13.after(LocalDateTime.parse("2026-12-13T03:00")))
                .contains(LocalDateTime.parse("2026-12-18T03:00"));
    }

    @Test
    void a_leap_day_comes_and_no_30_february() {
        Firings leap = new Firings("0 0 29 2 *");
        assertThat(leap.after(NOON)).contains(LocalDateTime.parse("2028-02-29T00:00"));
        assertThat(leap.after(LocalDateTime.parse("2096-02-29T00:00")))
                .contains(LocalDateTime.parse("2104-02-29T00:00"));
        assertThat(leap.atOrBefore(LocalDateTime.parse("2104-02-28T00:00")))
                .contains(LocalDateTime.parse("2096-02-29T00:00"));
        assertThat(new Firings("0 0 30 2 *").after(NOON)).isEmpty();
        assertThat(new Firings("0 0 31 4,6 *").atOrBefore(NOON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/2     | SUNDAY TUESDAY THURSDAY SATURDAY",
                "1-5/2   | MONDAY WEDNESDAY FRIDAY",
                "0-6/3   | SUNDAY WEDNESDAY SATURDAY",
                "5-7     | FRIDAY SATURDAY SUNDAY",
                "0       | SUNDAY",
                "7       | SUNDAY",
                "sat,sun | SATURDAY SUNDAY",
                "2/2     | TUESDAY THURSDAY SATURDAY"
            })
    void days_of_the_week(String field, String days) {
        Firings firings = new Firings("0 3 * * " + field);
        LocalDateTime sunday = LocalDateTime.parse("2026-11-22T03:00");
        Set<DayOfWeek> found = IntStream.range(0, 7)
                .mapToObj(sunday::plusDays)
                .filter(at -> firings.atOrBefore(at).equals(Optional.of(at)))
                .map(LocalDateTime::getDayOfWeek)
                .collect(Collectors.toSet());
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(days.split(" ", -1)).map(DayOfWeek::valueOf).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "60 3 * * *    | Value 60 not in range [0, 59]",
                "0 3 * *       | it has 4 fields, not 5",
                "0 0 3 * * *   | it has 6 fields, not 5",
                "0 3 * * FUNDAY| Invalid chars in expression! Expression: FUNDAY Invalid chars: FUNDAY",
                "@daily        | Nicknames not supported",
                "''            | Empty expression",
                "0 22-2 * * *  | Invalid range! [22,2]"
            })
    void what_cannot_be_read_is_said(String expression, String what) {
        assertThatThrownBy(() -> new Firings(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "\"%s\" is not a cron expression: %s; write minute, hour, day of the month, month and day of the week, such as"
                                + " \"0 3 * * *\"",
                        expression, what);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void fires_when_cron_utils_fires(@ForAll("expressions") String expression, @ForAll("times") LocalDateTime time) {
        ExecutionTime other = ExecutionTime.forCron(
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(expression));
        Firings firings = new Firings(expression);
        ZonedDateTime zoned = time.atZone(ZoneOffset.UTC);
        for (int step = 0; step < 3; step++) {
            Optional<LocalDateTime> next = firings.after(zoned.toLocalDateTime());
            assertThat(next).isEqualTo(other.nextExecution(zoned).map(ZonedDateTime::toLocalDateTime));
            if (next.isEmpty()) {
                return;
            }
            assertThat(firings.atOrBefore(next.get())).isEqualTo(next);
            assertThat(firings.atOrBefore(next.get().minusSeconds(1)))
                    .isEqualTo(other.lastExecution(next.get().atZone(ZoneOffset.UTC))
                            .map(ZonedDateTime::toLocalDateTime));
            zoned = next.get().atZone(ZoneOffset.UTC);
        }
    }

    @Provide
    Arbitrary<String> expressions() {
        return Expressions.any();
    }

    @Provide
    Arbitrary<LocalDateTime> times() {
        return Arbitraries.longs()
                .between(0, 40L * 366 * 24 * 60)
                .map(LocalDateTime.parse("2020-01-01T00:00")::plusMinutes);
    }
}
