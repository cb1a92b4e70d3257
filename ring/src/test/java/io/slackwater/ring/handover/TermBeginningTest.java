package io.slackwater.ring.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.ring.SlotSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Books that members left are read with the epoch at which the term began: older ones are of a term that nobody has asked about. */
final class TermBeginningTest {
    private final PromptServers tier = new PromptServers(HandoverSettings.DEFAULT);

    @Test
    void a_term_from_before_this_coordinator_is_read_whole() {
        tier.feed(new CoordinatorEvent.Move("a", "b", SlotSet.of(1, 2)));
        tier.carryThrough();

        assertThat(tier.readings).as("at the fence, and when it is done").hasSize(2);
        assertThat(tier.readings).allSatisfy(read -> {
            assertThat(read.node()).isEqualTo("a");
            assertThat(read.since()).isEqualTo(Map.of(1, 0L, 2, 0L));
        });
    }

    @Test
    void a_slot_that_returns_begins_its_term_with_the_handover_that_brings_it() {
        tier.feed(new CoordinatorEvent.Move("a", "b", SlotSet.of(1, 2)));
        long there = tier.handover(0).id();
        tier.carryThrough();
        tier.feed(new CoordinatorEvent.BooksRead(there, Set.of("m"), Map.of()));
        tier.readings.clear();

        tier.feed(new CoordinatorEvent.Move("b", "a", SlotSet.of(2)));
        tier.carryThrough();

        assertThat(tier.readings).hasSize(2).allSatisfy(read -> {
            assertThat(read.node()).isEqualTo("b");
            assertThat(read.since()).isEqualTo(Map.of(2, there));
        });
    }
}
