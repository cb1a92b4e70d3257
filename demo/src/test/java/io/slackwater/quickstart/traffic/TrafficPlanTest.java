package io.slackwater.quickstart.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficPlanTest {
    @ParameterizedTest
    @CsvSource({"300, 2000, 2, 2", "7, 50, 3, 3", "2, 10, 2, 2", "5, 20, 1, 4", "9, 30, 4, 9"})
    void every_channel_has_its_subscribers_and_senders_on_different_gateways(
            int clients, int channels, int gateways, int subscribers) {
        TrafficPlan plan = new TrafficPlan(clients, channels, gateways, subscribers, 3);
        for (int channel = 0; channel < channels; channel++) {
            int[] who = plan.subscribers(channel);
            assertThat(who).hasSize(subscribers).doesNotHaveDuplicates();
            assertThat(Arrays.stream(who).map(plan::gatewayOf).distinct().count())
                    .isEqualTo(Math.min(gateways, subscribers));
            int first = plan.sender(channel, 0);
            int second = plan.sender(channel, 1);
            assertThat(first).isNotEqualTo(second);
            if (gateways > 1) {
                assertThat(plan.gatewayOf(first)).isNotEqualTo(plan.gatewayOf(second));
            }
        }
        assertThat(plan.places().stream().mapToInt(List::size).sum()).isEqualTo(channels * subscribers);
    }

    @Test
    void the_same_seed_gives_the_same_plan() {
        assertThat(new TrafficPlan(30, 100, 2, 2, 9).places()).isEqualTo(new TrafficPlan(30, 100, 2, 2, 9).places());
        assertThat(new TrafficPlan(30, 100, 2, 2, 9).places()).isNotEqualTo(new TrafficPlan(30, 100, 2, 2, 8).places());
    }

    @Test
    void too_few_clients_are_refused_with_a_sentence() {
        assertThatThrownBy(() -> new TrafficPlan(2, 10, 2, 3, 1)).hasMessageContaining("--clients is 2");
    }
}
