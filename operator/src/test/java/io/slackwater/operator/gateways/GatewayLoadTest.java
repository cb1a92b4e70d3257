package io.slackwater.operator.gateways;

import static io.slackwater.operator.gateways.Gateways.fresh;
import static io.slackwater.operator.gateways.Gateways.pending;
import static io.slackwater.operator.gateways.Gateways.serving;
import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.scaling.Tier;
import io.slackwater.operator.scaling.TierKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GatewayLoadTest {
    @Test
    void clients_of_gateways_that_go_count_for_they_come_to_the_others() {
        assertThat(connections(
                        serving("a", "r", 30),
                        serving("b", "r", 20).drainingFor(3).draining(5, 12)))
                .isEqualTo(new Sample.Value(42));
    }

    @Test
    void who_never_took_a_client_or_has_no_process_has_none() {
        assertThat(connections(serving("a", "r", 30), fresh("b", "r").with(null), pending("c", "r")))
                .isEqualTo(new Sample.Value(30));
    }

    @Test
    void who_does_not_answer_makes_it_a_part_of_the_figure() {
        Sample part = connections(serving("a", "r", 30), serving("b", "r", 0).with(null), serving("c", "r", 4));
        assertThat(part).isInstanceOf(Sample.AtLeast.class);
        assertThat(part.sentence()).isEqualTo("is at least 34: 1 of 3 gateways do not answer");
        assertThat(connections(
                        serving("a", "r", 30), serving("b", "r", 0).cordoned(1).with(null)))
                .isInstanceOf(Sample.AtLeast.class);
        assertThat(connections(serving("b", "r", 0).with(null)).sentence())
                .isEqualTo("is not known: no gateway answers");
        assertThat(connections()).isEqualTo(new Sample.Missing());
    }

    @Test
    void what_is_on_its_way_in_counts_and_what_is_on_its_way_out_does_not() {
        List<ObservedGateway> gateways = all(
                serving("a", "r", 3), serving("b", "r", 3), serving("c", "r", 3).drainingFor(1), pending("d", "r"));
        assertThat(GatewayLoad.tier(gateways, "r", 3)).isEqualTo(tier(2, 3, true));
        assertThat(GatewayLoad.tier(all(serving("a", "r", 3), pending("d", "r")), "r", 2))
                .as("nothing goes")
                .isEqualTo(tier(1, 2, false));
        assertThat(GatewayLoad.tier(all(serving("a", "r", 3), serving("b", "r", 3)), "r", 1))
                .as("one is about to go")
                .isEqualTo(tier(1, 1, false));
        assertThat(GatewayLoad.tier(all(serving("a", "old", 3), fresh("b", "r")), "r", 1))
                .as("a rollout")
                .isEqualTo(tier(1, 1, true));
        assertThat(GatewayLoad.tier(all(pending("a", "r")), "r", 1)).isNull();
    }

    @Test
    void an_operator_that_finds_a_tier_takes_what_serves() {
        assertThat(GatewayLoad.inForce(all(
                        serving("a", "r", 3),
                        serving("b", "r", 3),
                        serving("c", "r", 3).drainingFor(1),
                        pending("d", "r"))))
                .isEqualTo(2);
        assertThat(GatewayLoad.inForce(all(serving("a", "r", 3), serving("b", "r", 3), serving("c", "old", 3))))
                .as("two generations in the moment of a rollout")
                .isEqualTo(2);
        assertThat(GatewayLoad.inForce(List.of())).isZero();
    }

    private static Tier tier(int serving, int goal, boolean going) {
        return new Tier(TierKind.GATEWAYS, serving, goal, going, 100, 100);
    }

    private static Sample connections(Gateways... gateways) {
        return GatewayLoad.connections(all(gateways));
    }

    private static List<ObservedGateway> all(Gateways... gateways) {
        return Stream.of(gateways).map(Gateways::get).toList();
    }
}
