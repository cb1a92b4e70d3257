package io.slackwater.operator.gateways;

import static io.slackwater.operator.gateways.Gateways.fresh;
import static io.slackwater.operator.gateways.Gateways.serving;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** When a gateway may be evicted. */
class GatewayEvictionsTest {
    private static int minAvailable(int replicas, Gateways... gateways) {
        DrainSettings drain = new DrainSettings(Duration.ZERO, 500, Duration.ofMinutes(1), Duration.ZERO);
        return GatewayEvictions.minAvailable(
                new WantedGateways(replicas, "new", drain),
                Arrays.stream(gateways).map(Gateways::get).toList());
    }

    @Test
    void one_at_a_time() {
        assertThat(minAvailable(2, serving("a", "new", 5), serving("b", "new", 5)))
                .isEqualTo(1);
        assertThat(minAvailable(1, serving("a", "new", 5))).isZero();
    }

    @Test
    void none_before_the_clients_of_the_last_one_have_gone() {
        Gateways gone = serving("c", "new", 5).cordoned(5).asked(100);
        assertThat(minAvailable(2, serving("a", "new", 5), serving("b", "new", 5), gone))
                .isEqualTo(2);
        assertThat(minAvailable(2, serving("a", "new", 5), serving("b", "new", 5), gone.draining(5, 0)))
                .isEqualTo(1);
    }

    @Test
    void none_while_one_is_missing() {
        assertThat(minAvailable(3, serving("a", "new", 5), serving("b", "new", 5), fresh("c", "new")))
                .isEqualTo(3);
        assertThat(minAvailable(
                        2, serving("a", "new", 5), serving("b", "new", 5).unready()))
                .isEqualTo(2);
    }
}
