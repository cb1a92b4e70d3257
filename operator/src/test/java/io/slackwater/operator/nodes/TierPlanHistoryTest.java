package io.slackwater.operator.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.nodes.SimulatedTier.Quality;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * Whatever people and machines do to a tier: no plan takes away a node that serves and is needed, none adds more than one pod beyond
 * what is wanted, and once the specification is good and nothing happens any more, all nodes are of the wanted revision.
 */
class TierPlanHistoryTest {
    private enum Kind {
        EDIT,
        SCALE,
        KILL,
        STUN,
        DELETE,
        FAIL,
        CUT_POWER,
        POWER_BACK
    }

    private record Event(Kind kind, int which, int steps) {
        void happen(SimulatedTier tier) {
            switch (kind) {
                case EDIT -> tier.edit(Quality.values()[which % Quality.values().length]);
                case SCALE -> tier.scale(1 + which % 5);
                case KILL -> tier.kill(which);
                case STUN -> tier.stun(which);
                case DELETE -> tier.delete(which);
                case FAIL -> tier.fail(which);
                case CUT_POWER -> tier.cutPower(which);
                case POWER_BACK -> tier.powerBack();
            }
            for (int i = 0; i < steps; i++) {
                tier.step();
            }
        }
    }

    @Provide
    Arbitrary<List<Event>> histories() {
        return Combinators.combine(
                        Arbitraries.of(Kind.values()),
                        Arbitraries.integers().between(0, 59),
                        Arbitraries.integers().between(0, 20))
                .as(Event::new)
                .list()
                .ofMaxSize(12);
    }

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void no_history_costs_a_node_and_all_end_well(@ForAll("histories") List<Event> history) {
        SimulatedTier tier = new SimulatedTier();
        history.forEach(event -> event.happen(tier));
        tier.renew();
        for (int i = 0; i < 1_000 && !tier.settled(); i++) {
            tier.step();
        }
        assertThat(tier.settled()).as(tier::toString).isTrue();
    }
}
