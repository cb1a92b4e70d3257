package io.slackwater.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.ring.LoadReport.HotChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadReportTest {
    @Test
    void counts_are_exact_up_to_15_and_within_a_sixteenth_above() {
        Random random = new Random(1);
        for (long number = 0; number < 16; number++) {
            assertThat(LoadReport.value(LoadReport.round(number))).isEqualTo(number);
        }
        for (int i = 0; i < 100_000; i++) {
            long number = 16 + (random.nextLong() >>> 30 + random.nextInt(30));
            double error = (double) LoadReport.value(LoadReport.round(number)) / number - 1;
            assertThat(Math.abs(error)).as("%d", number).isLessThanOrEqualTo(0.0625);
        }
        assertThat(LoadReport.value(LoadReport.round(Long.MAX_VALUE))).isEqualTo(15L << 30);
    }

    @Test
    void roundings_cancel_out() {
        Random random = new Random(2);
        long exact = 0;
        long rounded = 0;
        for (int i = 0; i < 10_000; i++) {
            long number = random.nextInt(100_000);
            exact += number;
            rounded += LoadReport.value(LoadReport.round(number));
        }
        assertThat((double) rounded / exact).isBetween(0.995, 1.005);
    }

    @Test
    void what_is_encoded_is_decoded() throws RingFormatException {
        long[] deliveries = new long[Slots.COUNT];
        int[] subscriptions = new int[Slots.COUNT];
        deliveries[0] = 3;
        deliveries[77] = 1 << 20;
        subscriptions[77] = 12;
        subscriptions[Slots.COUNT - 1] = 1;
        List<HotChannel> hot = List.of(new HotChannel("lärm", 5_000_000_000L), new HotChannel("b", 1));
        LoadReport report = LoadReport.decode(LoadReport.of("gateway-0", 30_000, deliveries, subscriptions, hot)
                .encode());
        assertThat(report.member()).isEqualTo("gateway-0");
        assertThat(report.spanMillis()).isEqualTo(30_000);
        assertThat(report.channels()).isEqualTo(hot);
        List<String> read = new ArrayList<>();
        report.forEachSlot((slot, delivered, subscribed) -> read.add(slot + ":" + delivered + ":" + subscribed));
        assertThat(read).containsExactly("0:3:0", "77:1048576:12", "16383:0:1");
    }

    @Test
    void the_largest_report_is_within_the_bound() throws RingFormatException {
        long[] deliveries = new long[Slots.COUNT];
        Arrays.fill(deliveries, Long.MAX_VALUE);
        int[] subscriptions = new int[Slots.COUNT];
        Arrays.fill(subscriptions, Integer.MAX_VALUE);
        List<HotChannel> hot = IntStream.range(0, 20)
                .mapToObj(i -> new HotChannel("x".repeat(1_000) + i, SlotLoad.MAX_TOTAL))
                .toList();
        byte[] bytes = LoadReport.of("m".repeat(1_000), LoadReport.MAX_SPAN_MILLIS, deliveries, subscriptions, hot)
                .encode();
        assertThat(bytes.length).isLessThanOrEqualTo(LoadReport.MAX_BYTES);
        assertThat(LoadReport.decode(bytes).channels()).hasSize(LoadReport.MAX_CHANNELS);
    }

    @Test
    void damaged_reports_are_refused_and_nothing_else_happens() {
        long[] deliveries = new long[Slots.COUNT];
        Arrays.setAll(deliveries, slot -> slot % 5);
        byte[] good = LoadReport.of(
                        "gateway-0", 30_000, deliveries, new int[Slots.COUNT], List.of(new HotChannel("c", 9)))
                .encode();
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int flips = random.nextInt(4); flips >= 0 && bad.length > 0; flips--) {
                bad[random.nextInt(Math.min(bad.length, random.nextBoolean() ? 40 : bad.length))] ^=
                        (byte) (1 << random.nextInt(8));
            }
            try {
                LoadReport.decode(bad)
                        .forEachSlot((slot, delivered, subscribed) ->
                                assertThat(slot).isBetween(0, Slots.COUNT - 1));
            } catch (RingFormatException expected) {
                assertThat(expected).hasMessageContaining("load report");
            }
        }
        assertThatThrownBy(() -> LoadReport.decode(new byte[LoadReport.MAX_BYTES + 1]))
                .hasMessageContaining("60001 bytes: at most 60000");
        assertThatThrownBy(() -> LoadReport.decode("A1 4 PREPARE".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .hasMessage("no load report of version 1");
    }
}
