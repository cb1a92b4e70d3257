package io.slackwater.operator.scaling.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slackwater.operator.scaling.Prices;
import io.slackwater.operator.windows.Windows;
import io.slackwater.ring.Slots;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The tier of a replay takes its time, and moves what the ring's planner would. */
class SimulatedTierTest {
    private final SimulatedTier tier = new SimulatedTier(ReplayWeekTest.model(Windows.NONE), 4);

    @Test
    void new_nodes_take_a_minute_to_start_and_then_get_their_share() {
        tier.ask(8);
        pass(59);
        assertThat(tier.moved()).isZero();
        assertThat(tier.busiestShare()).isEqualTo(0.25);
        assertThat(tier.serving()).isEqualTo(4);
        assertThat(tier.nodes()).isEqualTo(8);
        pass(11);
        assertThat(tier.moved()).as("100 a second").isCloseTo(1_100, within(101.0));
        assertThat(tier.moving()).isTrue();
        pass(82);
        assertThat(tier.moved()).isCloseTo(Slots.COUNT * Prices.share(4, 8), within(1.0));
        assertThat(tier.busiestShare()).isCloseTo(1 / 8.0, within(1e-4));
        assertThat(tier.moving()).isFalse();
    }

    @Test
    void those_that_leave_are_there_until_they_are_empty() {
        tier.ask(3);
        pass(30);
        assertThat(tier.nodes()).isEqualTo(4);
        pass(20);
        assertThat(tier.nodes()).isEqualTo(3);
        assertThat(tier.moved()).isCloseTo(Slots.COUNT / 4.0, within(1.0));
    }

    @Test
    void one_that_is_starting_leaves_at_once() {
        tier.ask(6);
        pass(10);
        tier.ask(4);
        assertThat(tier.nodes()).isEqualTo(4);
        assertThat(tier.moved()).isZero();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            tier.pass(Duration.ofSeconds(1));
        }
    }
}
