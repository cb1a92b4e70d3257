package io.slackwater.ring.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slackwater.ring.LoadReport;
import io.slackwater.ring.Slots;
import io.slackwater.ring.load.LoadBoard.Load;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoadBoardTest {
    private static final int[] NONE = new int[Slots.COUNT];

    private final LoadBoard board = new LoadBoard();

    private static LoadReport report(String member, long spanMillis, int slot, long deliveries) {
        long[] all = new long[Slots.COUNT];
        all[slot] = deliveries;
        int[] subscriptions = new int[Slots.COUNT];
        subscriptions[slot] = 2;
        return LoadReport.of(
                member, spanMillis, all, subscriptions, List.of(new LoadReport.HotChannel("c" + slot, deliveries)));
    }

    @Test
    void rates_of_members_add_up_however_long_their_spans_are() {
        board.accept(report("a", 10_000, 5, 100), 0);
        board.accept(report("b", 60_000, 5, 1_200), 0);
        Load load = board.load(0);
        assertThat(load.deliveriesPerSecond()).isCloseTo(30, within(2.0));
        assertThat(load.slots().deliveries(5)).isBetween(28_000L, 32_000L);
        assertThat(load.slots().subscriptions(5)).isEqualTo(4);
        assertThat(load.members()).isEqualTo(2);
        assertThat(load.hottest()).singleElement().satisfies(hot -> {
            assertThat(hot.name()).isEqualTo("c5");
            assertThat(hot.deliveriesPerSecond()).isCloseTo(30, within(2.0));
        });
    }

    @Test
    void a_member_counts_once_and_its_last_report_holds() {
        board.accept(report("a", 10_000, 5, 100), 0);
        board.accept(report("a", 10_000, 6, 100), 10_000);
        Load load = board.load(10_000);
        assertThat(load.slots().subscriptions(5)).isZero();
        assertThat(load.slots().subscriptions(6)).isEqualTo(2);
    }

    @Test
    void a_burst_is_not_load_until_it_lasts() {
        board.accept(report("a", 10_000, 5, 100), 0);
        board.load(0);
        board.accept(report("a", 10_000, 5, 10_000), 10_000);
        double soon = board.load(10_000).deliveriesPerSecond();
        assertThat(soon).isBetween(60.0, 120.0);
        assertThat(board.load(10_000 + 5 * LoadBoard.SMOOTHING_MILLIS).deliveriesPerSecond())
                .isGreaterThan(900);
    }

    @Test
    void who_reports_no_more_is_forgotten_and_nothing_known_is_said_to_be_nothing() {
        assertThat(board.load(0)).isSameAs(Load.NONE);
        board.accept(report("a", 10_000, 5, 100), 0);
        assertThat(board.load(600_000).known()).isTrue();
        assertThat(board.load(611_000)).isSameAs(Load.NONE);
    }

    @Test
    void memory_is_bounded() {
        long[] all = new long[Slots.COUNT];
        java.util.Arrays.fill(all, 1);
        for (int member = 0; member < 1_000; member++) {
            board.accept(LoadReport.of("m" + member, 1_000, all, NONE, List.of()), 0);
        }
        assertThat(board.leftOut()).isPositive();
        assertThat(board.load(0).members() * 6L * Slots.COUNT).isLessThanOrEqualTo(LoadBoard.MAX_REPORT_BYTES);
        long before = board.leftOut();
        board.accept(LoadReport.of("m0", 1_000, all, NONE, List.of()), 1); // one that is known goes on
        assertThat(board.leftOut()).isEqualTo(before);
    }

    @Test
    void a_tally_counts_every_delivery_and_finds_the_hottest_channel_in_a_sample() {
        SlotTally tally = new SlotTally();
        Random random = new Random(1);
        long sum = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean hot = random.nextInt(10) == 0;
            String channel = hot ? "hot" : "c" + random.nextInt(5_000);
            tally.published(channel, Slots.of(channel), 3);
            sum += 3;
        }
        LoadReport report = tally.report("m", 0, NONE);
        long[] counted = {0};
        report.forEachSlot((slot, deliveries, subscriptions) -> counted[0] += deliveries);
        assertThat((double) counted[0] / sum).isBetween(0.97, 1.03);
        assertThat(report.channels().getFirst().name()).isEqualTo("hot");
        assertThat(report.channels().getFirst().deliveries()).isBetween(5_000L, 8_000L);
        tally.report("m", 1, NONE).forEachSlot((slot, deliveries, subscriptions) -> {
            throw new AssertionError("counted twice");
        });
    }
}
