package io.slackwater.operator.windows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficHistoryTest {
    private static final Instant START = Instant.parse("2026-11-02T00:00:00Z");

    private final TrafficHistory history = new TrafficHistory(Duration.ofDays(7));

    @Test
    void a_bin_is_the_mean_of_its_samples() {
        record(0, 100);
        record(5, 300);
        record(10, 50);
        assertThat(history.mean(bin(0))).isEqualTo(200);
        assertThat(history.mean(bin(10))).isEqualTo(50);
        assertThat(history.knownBins(minute(10))).isEqualTo(1);
    }

    @Test
    void a_gap_is_unknown_and_not_zero() {
        record(0, 100);
        record(60, 100);
        assertThat(history.mean(bin(0))).isEqualTo(100);
        assertThat(history.mean(bin(30))).isNaN();
        assertThat(history.knownBins(minute(60))).isEqualTo(1);
    }

    @Test
    void the_rate_covers_the_last_twenty_minutes() {
        record(0, 100);
        record(10, 200);
        record(20, 400);
        assertThat(history.rate(minute(20))).hasValue(150);
        assertThat(history.rate(minute(25))).hasValue((5 * 100 + 10 * 200 + 5 * 400) / 20.0);
        assertThat(history.rate(minute(30))).hasValue(300);
        assertThat(history.rate(minute(40))).as("ten of the minutes are known").hasValue(400);
        assertThat(history.rate(minute(41))).as("nine of the minutes are known").isEmpty();
    }

    @Test
    void what_is_older_than_the_lookback_is_forgotten() {
        record(0, 100);
        record(10, 100);
        int week = 7 * 1440;
        record(week, 100);
        assertThat(history.knownBins(minute(week))).isEqualTo(2);
        record(week + 10, 100);
        assertThat(history.mean(bin(0))).isNaN();
        assertThat(history.mean(bin(10))).isEqualTo(100);
        assertThat(history.knownBins(minute(week + 10))).isEqualTo(2);
    }

    @Test
    void a_clock_set_back_forgets_what_it_had_ahead() {
        for (int minute = 0; minute <= 60; minute += 10) {
            record(minute, 100);
        }
        record(25, 400);
        assertThat(history.mean(bin(10))).isEqualTo(100);
        assertThat(history.mean(bin(20))).as("its mean counts as one sample").isEqualTo(250);
        assertThat(history.mean(bin(30))).isNaN();
        record(30, 70);
        record(40, 80);
        assertThat(history.mean(bin(30))).isEqualTo(70);
        assertThat(history.knownBins(minute(40))).isEqualTo(4);
    }

    @Test
    void a_clock_that_was_years_ahead_and_came_back_leaves_an_empty_record_that_goes_on() {
        record(0, 100);
        history.record(START.plus(Duration.ofDays(4_000)), 100);
        record(10, 200);
        record(20, 300);
        assertThat(history.knownBins(minute(20))).isEqualTo(1);
        assertThat(history.mean(bin(10))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e300})
    void a_rate_that_is_none_is_refused(double rate) {
        record(0, 100);
        assertThatThrownBy(() -> record(1, rate))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be a finite number, 0 or more");
        assertThat(history.mean(bin(0))).isEqualTo(100);
    }

    @Test
    void lookbacks_have_bounds() {
        assertThatThrownBy(() -> new TrafficHistory(Duration.ofHours(23)))
                .hasMessage("a lookback of 23h is out of bounds: write 1d to 28d");
        assertThatThrownBy(() -> new TrafficHistory(Duration.ofDays(29)))
                .hasMessage("a lookback of 29d is out of bounds: write 1d to 28d");
    }

    @Test
    void another_lookback_keeps_what_is_in_both() {
        for (int minute = 0; minute <= 2 * 1440; minute += 10) {
            record(minute, minute);
        }
        Instant now = minute(2 * 1440);
        TrafficHistory day = history.withLookback(Duration.ofDays(1));
        assertThat(day.knownBins(now)).isEqualTo(144);
        assertThat(day.mean(bin(1440))).isEqualTo(1440);
        assertThat(day.mean(bin(1430))).isNaN();
        assertThat(day.rate(now)).isEqualTo(history.rate(now));
        TrafficHistory month = day.withLookback(Duration.ofDays(28));
        assertThat(month.knownBins(now)).isEqualTo(144);
        assertThat(new TrafficHistory(Duration.ofDays(7))
                        .withLookback(Duration.ofDays(1))
                        .knownBins(now))
                .isZero();
    }

    @Test
    void a_week_takes_four_kilobytes() throws TrafficHistoryFormatException {
        for (int minute = 0; minute <= 8 * 1440; minute++) {
            record(minute, 1e6 + minute);
        }
        byte[] week = history.encode();
        assertThat(week).hasSize(4_071).hasSizeLessThan(64 * 1024);
        assertThat(TrafficHistory.decode(week).knownBins(minute(8 * 1440))).isEqualTo(7 * 144);
        assertThat(new TrafficHistory(Duration.ofDays(28)).encode()).hasSize(16_167);
    }

    @Test
    void what_is_no_history_is_refused_with_a_sentence() {
        record(0, 100);
        byte[] good = history.encode();
        refused(new byte[0], "does not begin with \"SWTH\"");
        refused("a ConfigMap of somebody else, or what an editor made of it".getBytes(UTF_8), "does not begin");
        refused(Arrays.copyOf(good, good.length - 1), "has 4070 bytes, 4071 are needed");
        byte[] later = good.clone();
        later[4] = 2;
        refused(later, "is of version 2, this operator reads version 1");
    }

    @Property(tries = 300)
    void one_flipped_bit_is_noticed(
            @ForAll @IntRange(min = 0, max = 4_070) int at, @ForAll @IntRange(min = 0, max = 7) int bit) {
        byte[] bytes = new TrafficHistory(Duration.ofDays(7)).encode();
        bytes[at] ^= (byte) (1 << bit);
        refused(bytes, "it ");
    }

    @Property(tries = 300)
    void any_feed_leaves_it_bounded_and_comes_back_from_bytes(@ForAll("feeds") List<Tuple2<Instant, Double>> feed)
            throws TrafficHistoryFormatException {
        TrafficHistory history = new TrafficHistory(Duration.ofDays(7));
        for (Tuple2<Instant, Double> sample : feed) {
            history.record(sample.get1(), sample.get2());
            Instant now = sample.get1();
            byte[] bytes = history.encode();
            assertThat(bytes).hasSize(4_071);
            assertThat(history.knownBins(now)).isBetween(0, 1_008);
            TrafficHistory read = TrafficHistory.decode(bytes);
            assertThat(read.encode()).isEqualTo(bytes);
            assertThat(read.rate(now)).isEqualTo(history.rate(now));
            assertThat(read.known(now, 1_008)).isEqualTo(history.known(now, 1_008));
        }
    }

    @Property(tries = 200)
    void bins_are_those_of_the_plain_definition(@ForAll("steadyFeeds") List<Tuple2<Instant, Double>> feed) {
        TrafficHistory history = new TrafficHistory(Duration.ofDays(7));
        feed.forEach(sample -> history.record(sample.get1(), sample.get2()));
        Instant now = feed.getLast().get1();
        for (long bin = bin(0); bin <= TrafficHistory.bin(now); bin++) {
            long wanted = bin;
            OptionalDouble mean = feed.stream()
                    .filter(sample -> TrafficHistory.bin(sample.get1()) == wanted)
                    .mapToDouble(Tuple2::get2)
                    .average();
            if (mean.isEmpty()) {
                assertThat(history.mean(bin)).isNaN();
            } else {
                assertThat(history.mean(bin)).isCloseTo(mean.getAsDouble(), within(1.0));
            }
        }
    }

    @Provide
    Arbitrary<List<Tuple2<Instant, Double>>> feeds() {
        Arbitrary<Instant> any =
                Arbitraries.longs().between(-1_000_000_000L, 100_000_000_000L).map(Instant::ofEpochSecond);
        Arbitrary<Instant> near = Arbitraries.longs().between(-800_000, 800_000).map(START::plusSeconds);
        return Combinators.combine(Arbitraries.frequencyOf(Tuple.of(1, any), Tuple.of(9, near)), rates())
                .as((at, rate) -> (Tuple2<Instant, Double>) Tuple.of(at, rate))
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }

    @Provide
    Arbitrary<List<Tuple2<Instant, Double>>> steadyFeeds() {
        return Combinators.combine(Arbitraries.longs().between(0, 500_000).map(START::plusSeconds), rates())
                .as((at, rate) -> (Tuple2<Instant, Double>) Tuple.of(at, rate))
                .list()
                .ofMinSize(1)
                .ofMaxSize(60)
                .map(list ->
                        list.stream().sorted(Comparator.comparing(Tuple2::get1)).toList());
    }

    private static Arbitrary<Double> rates() {
        return Arbitraries.doubles().between(0, 1e6);
    }

    private static void refused(byte[] bytes, String why) {
        assertThatThrownBy(() -> TrafficHistory.decode(bytes))
                .isInstanceOf(TrafficHistoryFormatException.class)
                .hasMessageStartingWith("the recorded traffic cannot be read: it ")
                .hasMessageContaining(why)
                .hasMessageEndingWith("; the record begins anew");
    }

    private void record(int minute, double rate) {
        history.record(minute(minute), rate);
    }

    private static Instant minute(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    private static long bin(int minute) {
        return TrafficHistory.bin(minute(minute));
    }
}
