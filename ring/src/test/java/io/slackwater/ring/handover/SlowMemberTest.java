package io.slackwater.ring.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.ring.Phase;
import io.slackwater.ring.SlotSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A handover does not leave PREPARE while a member is slow: from COMMIT on the others hold messages back for it.
 */
final class SlowMemberTest {
    private static final HandoverSettings SETTINGS = HandoverSettings.DEFAULT;
    private static final long SLOW = SETTINGS.slowAfterMillis() + 1;

    private static final long AGAIN = 250;

    private final PromptServers tier = new PromptServers(SETTINGS);

    @BeforeEach
    void beginsAMove() {
        tier.feed(new CoordinatorEvent.Move("a", "b", SlotSet.of(1, 2, 3)));
    }

    @Test
    void a_quick_answer_is_enough() {
        answerAfter(SETTINGS.slowAfterMillis());

        assertThat(phase()).isEqualTo(Phase.COMMIT);
        assertThat(tier.published).as("PREPARE and COMMIT").isEqualTo(2);
    }

    @Test
    void a_first_answer_that_took_long_is_asked_for_again_and_nobody_is_called_slow_for_it() {
        answerAfter(SLOW);
        assertThat(phase()).isEqualTo(Phase.PREPARE);
        assertThat(tier.published).as("asked twice").isEqualTo(2);

        answerAfter(5);

        assertThat(phase()).isEqualTo(Phase.COMMIT);
        assertThat(tier.reports).noneMatch(Report.PutOff.class::isInstance);
    }

    @Test
    void waits_for_as_long_as_the_member_is_slow_and_says_for_whom() {
        answerAfter(SLOW);
        answerAfter(SLOW);

        for (int i = 0; i < 100; i++) {
            assertThat(phase()).isEqualTo(Phase.PREPARE);
            assertThat(tier.coordinator.slowMembers()).containsExactly(Map.entry("m", SLOW));
            answerAfter(SLOW);
        }
        assertThat(tier.kills).isEmpty();
        assertThat(tier.reports).filteredOn(Report.PutOff.class::isInstance).hasSize(1);

        answerAfter(3);
        assertThat(phase()).isEqualTo(Phase.COMMIT);
        assertThat(tier.coordinator.slowMembers()).isEmpty();
    }

    @Test
    void a_slow_answer_to_commit_puts_the_next_handover_off() {
        answerAfter(1);
        answerAfter(SLOW);
        assertThat(phase()).as("what has begun goes on").isEqualTo(Phase.FENCE);
        tier.feed(new CoordinatorEvent.Move("a", "b", SlotSet.of(7)));

        tier.answerAfter(1, 1, null);

        assertThat(tier.coordinator.ring().handovers().get(1).phase())
                .as("it answers quickly now")
                .isEqualTo(Phase.COMMIT);
    }

    @Test
    void who_does_not_answer_at_all_any_more_is_fenced_off_after_the_time_out_of_prepare() {
        answerAfter(SLOW);

        tier.pass(SETTINGS.prepareTimeoutMillis() - 1);
        assertThat(tier.kills).isEmpty();
        tier.pass(1);
        assertThat(tier.kills).containsExactly(List.of(11L, 12L));
    }

    @Test
    void a_question_that_was_not_taken_for_one_is_asked_until_it_is_answered() {
        answerAfter(SLOW);
        int before = tier.published;

        for (int i = 1; i <= 8; i++) {
            tier.pass(AGAIN);
            assertThat(tier.published).as("asked after %d ms", i * AGAIN).isEqualTo(before + i);
        }
        answerAfter(1);

        assertThat(tier.kills).isEmpty();
        assertThat(phase()).as("it took long to answer the first question").isEqualTo(Phase.PREPARE);
        tier.pass(AGAIN);
        answerAfter(1);
        assertThat(phase()).isEqualTo(Phase.COMMIT);
    }

    @Test
    void who_has_left_meanwhile_is_not_waited_for() {
        answerAfter(SLOW);
        tier.connected = List.of();

        tier.pass(SETTINGS.prepareTimeoutMillis() / 8);

        assertThat(tier.kills).isEmpty();
        assertThat(tier.coordinator.ring().handovers())
                .as("nobody is left to wait for")
                .isEmpty();
        assertThat(tier.coordinator.ring().table().owner(1)).isEqualTo("b");
    }

    /** It may be back at any moment, and would miss what is published to the target until it has subscribed there. */
    @Test
    void who_has_only_lost_its_subscribing_connection_is_waited_for() {
        answerAfter(SLOW);
        tier.connected = tier.connected.stream()
                .filter(connection -> connection.role() == Role.PUBLISHER)
                .toList();

        tier.pass(SETTINGS.prepareTimeoutMillis() - 1);
        assertThat(phase()).isEqualTo(Phase.PREPARE);
        answerAfter(0);
        assertThat(tier.kills).isEmpty();
    }

    @Test
    void who_leaves_in_mid_commit_and_in_mid_fence_is_not_waited_for_either() {
        answerAfter(1);
        tier.connected = tier.connected.stream()
                .filter(connection -> connection.role() == Role.SUBSCRIBER)
                .toList();
        tier.pass(SETTINGS.ackTimeoutMillis() / 8);
        assertThat(phase()).isEqualTo(Phase.FENCE);
        tier.connected = List.of();
        tier.pass(SETTINGS.ackTimeoutMillis() / 8);

        assertThat(tier.coordinator.ring().handovers()).isEmpty();
        assertThat(tier.kills).isEmpty();
    }

    @Test
    void the_question_is_asked_anew_when_the_connection_to_the_source_ended_with_it() {
        answerAfter(SLOW);
        tier.feed(new CoordinatorEvent.NodeDown("a"));
        int before = tier.published;

        tier.feed(new CoordinatorEvent.NodeUp("a", tier.coordinator.ring()));

        assertThat(tier.published).isEqualTo(before + 1);
    }

    private Phase phase() {
        return tier.handover(0).phase();
    }

    private void answerAfter(long millis) {
        tier.answerAfter(millis, 0, null);
    }
}
