package io.slackwater.operator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.migration.Decision.Change;
import io.slackwater.operator.migration.Decision.Proposal;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is proposed, what begins, what waits, and what becomes of a wish that changes. */
class MigrationPolicyTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Shape THREE = new Shape(3, 160, 125, "", 0);
    private static final Shape FIVE = THREE.withReplicas(5);
    private static final Gate MANUAL = new Gate(true, false, true, "", false, false, "");
    private static final Gate CLOSED = new Gate(false, false, false, "opens at 03:00 UTC", false, false, "");

    private Gate gate = Gate.OPEN;
    private int serving = 3;
    private boolean reached = true;
    private String moving = "";
    private boolean stuck;
    private int kept = 10;

    @Test
    void what_is_asked_for_is_proposed_and_takes_effect_only_when_it_begins() {
        Decision asked = decide(FIVE, THREE);
        assertThat(asked.create()).isEqualTo(new Proposal(1, FIVE, "ScaleOut"));
        assertThat(asked.effective()).isEqualTo(THREE);

        Decision begins = decide(FIVE, THREE, proposed(1, FIVE));
        assertThat(begins.effective()).isEqualTo(FIVE);
        assertThat(begins.changes()).containsExactly(new Change("chat-1", Phase.Running, "slots are being moved"));
    }

    @Test
    void the_first_ring_waits_for_nobody() {
        gate = CLOSED;
        Decision decision = decide(FIVE, null);
        assertThat(decision.effective()).isEqualTo(FIVE);
        assertThat(decision.create()).isNull();
    }

    @Test
    void nothing_is_proposed_when_nothing_is_to_change() {
        assertThat(decide(THREE, THREE).create()).isNull();
    }

    @Test
    void a_manual_one_waits_for_approval_and_says_how_to_give_it() {
        gate = MANUAL;
        Decision waits = decide(FIVE, THREE, proposed(1, FIVE));
        assertThat(waits.effective()).isEqualTo(THREE);
        assertThat(waits.held()).isEmpty();
        assertThat(waits.waiting()).contains("chat-1", "approval", "kubectl patch chm/chat-1");
        assertThat(phase(waits)).isEqualTo(Phase.WaitingForApproval);

        MigrationState approved = new MigrationState(
                "chat-1", 1, FIVE, "ScaleOut", Phase.WaitingForApproval, true, false, false, NOW, null);
        assertThat(decide(FIVE, THREE, approved).effective()).isEqualTo(FIVE);
    }

    @Test
    void a_closed_window_is_waited_for_unless_the_deadline_has_passed() {
        gate = CLOSED;
        Decision waits = decide(FIVE, THREE, proposed(1, FIVE));
        assertThat(waits.effective()).isEqualTo(THREE);
        assertThat(waits.waiting()).contains("opens at 03:00 UTC");
        assertThat(phase(waits)).isEqualTo(Phase.WaitingForWindow);
        gate = new Gate(false, false, false, "", true, false, "");
        assertThat(decide(FIVE, THREE, proposed(1, FIVE)).effective()).isEqualTo(FIVE);
    }

    @Test
    void under_overload_a_scale_out_does_not_wait_and_a_scale_in_does() {
        gate = new Gate(false, false, false, "", false, true, "");
        assertThat(decide(FIVE, THREE, proposed(1, FIVE)).effective()).isEqualTo(FIVE);
        assertThat(decide(THREE, FIVE, proposed(1, THREE, "ScaleIn")).effective())
                .isEqualTo(FIVE);
    }

    @Test
    void a_scale_in_that_would_overload_the_others_waits_and_says_so() {
        gate = new Gate(false, false, true, "", false, false, "3 nodes would be busy to 92 %");
        Decision waits = decide(THREE, FIVE, proposed(1, THREE, "ScaleIn"));
        assertThat(waits.effective()).isEqualTo(FIVE);
        assertThat(waits.waiting()).contains("92 %");
    }

    @Test
    void a_window_that_closes_stops_one_that_runs_and_keeps_its_nodes() {
        gate = CLOSED;
        reached = false;
        Decision stops = decide(FIVE, FIVE, running(1, FIVE));
        assertThat(stops.effective()).isEqualTo(FIVE);
        assertThat(stops.held()).contains("opens at 03:00 UTC");
        assertThat(phase(stops)).isEqualTo(Phase.WaitingForWindow);
    }

    @Test
    void a_paused_one_stops_and_goes_on() {
        reached = false;
        MigrationState paused =
                new MigrationState("chat-1", 1, FIVE, "ScaleOut", Phase.Running, false, true, false, NOW, NOW);
        Decision stops = decide(FIVE, FIVE, paused);
        assertThat(stops.held()).contains("spec.paused of chat-1");
        assertThat(phase(stops)).isEqualTo(Phase.Paused);
        MigrationState resumed =
                new MigrationState("chat-1", 1, FIVE, "ScaleOut", Phase.Paused, false, false, false, NOW, NOW);
        Decision goesOn = decide(FIVE, FIVE, resumed);
        assertThat(goesOn.held()).isEmpty();
        assertThat(phase(goesOn)).isEqualTo(Phase.Running);
    }

    @Test
    void one_that_has_got_there_is_completed() {
        Decision done = decide(FIVE, FIVE, running(1, FIVE));
        assertThat(phase(done)).isEqualTo(Phase.Completed);
        assertThat(done.effective()).isEqualTo(FIVE);
    }

    @Test
    void asked_for_something_else_before_it_begins_it_is_withdrawn() {
        gate = CLOSED;
        Decision withdrawn = decide(THREE.withReplicas(4), FIVE, proposed(1, THREE, "ScaleIn"));
        assertThat(phase(withdrawn)).isEqualTo(Phase.Cancelled);
        assertThat(withdrawn.effective()).isEqualTo(FIVE);
        Decision anew = decide(THREE.withReplicas(4), FIVE, ended(1, THREE, false));
        assertThat(anew.create()).isEqualTo(new Proposal(2, THREE.withReplicas(4), "ScaleIn"));
    }

    @Test
    void while_one_runs_a_larger_scale_out_takes_its_place_and_a_scale_in_waits() {
        reached = false;
        Decision more = decide(THREE.withReplicas(7), FIVE, running(1, FIVE));
        assertThat(phase(more)).isEqualTo(Phase.Cancelled);
        assertThat(more.create()).isEqualTo(new Proposal(2, THREE.withReplicas(7), "ScaleOut"));
        assertThat(more.held()).contains("chat-1");
        MigrationState former =
                new MigrationState("chat-1", 1, FIVE, "ScaleOut", Phase.Cancelled, false, false, false, NOW, NOW);
        Decision takesOver = decide(THREE.withReplicas(7), FIVE, former, proposed(2, THREE.withReplicas(7)));
        assertThat(takesOver.held()).isEmpty();
        assertThat(takesOver.effective().replicas()).isEqualTo(7);

        Decision back = decide(THREE, FIVE, running(1, FIVE));
        assertThat(back.effective()).isEqualTo(FIVE);
        assertThat(back.create()).isNull();
        assertThat(phase(back)).isEqualTo(Phase.Running);
        assertThat(back.changes().getFirst().message()).contains("follows when it has ended");
    }

    @Test
    void cancelled_before_it_begins_it_is_not_proposed_again() {
        MigrationState cancelled =
                new MigrationState("chat-1", 1, FIVE, "ScaleOut", Phase.Proposed, false, false, true, NOW, null);
        assertThat(phase(decide(FIVE, THREE, cancelled))).isEqualTo(Phase.Cancelled);
        Decision after = decide(FIVE, THREE, ended(1, FIVE, true));
        assertThat(after.create()).isNull();
        assertThat(after.held()).isEmpty();
        assertThat(after.waiting()).contains("chat-1 was cancelled");
        Decision other = decide(THREE.withReplicas(4), THREE, ended(1, FIVE, true));
        assertThat(other.create()).isEqualTo(new Proposal(2, THREE.withReplicas(4), "ScaleOut"));
    }

    @Test
    void cancelled_half_way_the_ring_stays_as_it_is_until_something_else_begins() {
        reached = false;
        serving = 5;
        MigrationState cancelled =
                new MigrationState("chat-1", 1, FIVE, "ScaleOut", Phase.Running, false, false, true, NOW, NOW);
        Decision stops = decide(FIVE, FIVE, cancelled);
        assertThat(phase(stops)).isEqualTo(Phase.Cancelled);
        assertThat(stops.effective()).isEqualTo(FIVE);
        assertThat(stops.abandoned()).isTrue();

        MigrationState ended =
                new MigrationState("chat-1", 1, FIVE, "ScaleOut", Phase.Cancelled, false, false, true, NOW, NOW);
        assertThat(decide(FIVE, FIVE, ended).abandoned()).isTrue();
        assertThat(decide(FIVE, FIVE, ended).create()).isNull();
        Decision back = decide(THREE, FIVE, ended);
        assertThat(back.create()).isEqualTo(new Proposal(2, THREE, "ScaleIn"));
        Decision begins = decide(THREE, FIVE, ended, proposed(2, THREE, "ScaleIn"));
        assertThat(begins.abandoned()).isFalse();
        assertThat(begins.held()).isEmpty();
        assertThat(begins.effective()).isEqualTo(THREE);
    }

    @Test
    void a_node_that_is_replaced_is_on_record_and_waits_for_nobody() {
        moving = "NodeReplacement";
        reached = false;
        gate = new Gate(true, false, false, "", false, false, "");
        assertThat(decide(THREE, THREE).create()).isEqualTo(new Proposal(1, THREE, "NodeReplacement"));
        assertThat(phase(decide(THREE, THREE, proposed(1, THREE, "NodeReplacement"))))
                .isEqualTo(Phase.Running);
        moving = "ScaleIn"; // a pod that was asked to go is emptied
        assertThat(decide(THREE, THREE).create()).isEqualTo(new Proposal(1, THREE, "NodeReplacement"));
        Decision more = decide(FIVE, THREE, running(1, THREE, "NodeReplacement"));
        assertThat(more.create()).isEqualTo(new Proposal(2, FIVE, "ScaleOut"));
    }

    @Test
    void what_was_cancelled_half_way_stays_held_though_others_were_asked_for_and_withdrawn_since() {
        reached = false;
        serving = 5;
        MigrationState ended =
                new MigrationState("chat-1", 1, FIVE, "ScaleOut", Phase.Cancelled, false, false, true, NOW, NOW);
        MigrationState withdrawn =
                new MigrationState("chat-2", 2, THREE, "ScaleIn", Phase.Cancelled, false, false, false, NOW, null);
        assertThat(decide(FIVE, FIVE, ended, withdrawn).abandoned()).isTrue();
        gate = MANUAL;
        moving = "ScaleOut";
        Decision waits = decide(THREE, FIVE, ended, withdrawn, proposed(3, THREE, "ScaleIn"));
        assertThat(waits.abandoned()).isTrue();
        kept = 1;
        assertThat(decide(FIVE, FIVE, ended, withdrawn).forget())
                .as("what is held")
                .doesNotContain("chat-1");
    }

    @Test
    void what_another_one_was_to_go_on_with_waits_with_it() {
        reached = false;
        gate = CLOSED;
        Shape other = new Shape(5, 160, 125, "new", 0);
        MigrationState cutShort =
                new MigrationState("chat-1", 1, FIVE, "ScaleOut", Phase.Cancelled, false, false, false, NOW, NOW);
        Decision waits = decide(other, FIVE, cutShort, proposed(2, other, "Upgrade"));
        assertThat(waits.held()).contains("chat-1", "opens at 03:00 UTC");
        assertThat(waits.abandoned()).isFalse();
        MigrationState withdrawn =
                new MigrationState("chat-2", 2, other, "Upgrade", Phase.Cancelled, false, false, false, NOW, null);
        Decision alone = decide(FIVE, FIVE, cutShort, withdrawn);
        assertThat(alone.create()).isEqualTo(new Proposal(3, FIVE, "ScaleOut"));
        assertThat(alone.held()).contains("chat-1");
    }

    @Test
    void one_in_which_nothing_moves_makes_way_for_another_wish() {
        reached = false;
        stuck = true;
        Decision less = decide(THREE.withReplicas(4), FIVE, running(1, FIVE));
        assertThat(phase(less)).isEqualTo(Phase.Cancelled);
        assertThat(less.create()).isEqualTo(new Proposal(2, THREE.withReplicas(4), "ScaleIn"));
    }

    @Test
    void an_upgrade_to_something_else_ends_the_one_that_runs() {
        reached = false;
        Shape bad = new Shape(3, 160, 125, "bad", 0);
        Decision undone = decide(THREE, bad, running(1, bad, "Upgrade"));
        assertThat(phase(undone)).isEqualTo(Phase.Cancelled);
        assertThat(undone.create()).isEqualTo(new Proposal(2, THREE, "Upgrade"));
    }

    @Test
    void only_so_many_ended_ones_are_kept() {
        kept = 2;
        MigrationState[] ended = IntStream.rangeClosed(1, 5)
                .mapToObj(i -> ended(i, THREE, false))
                .toArray(MigrationState[]::new);
        assertThat(decide(THREE, THREE, ended).forget()).containsExactly("chat-1", "chat-2", "chat-3");
    }

    @Test
    void deciding_again_with_the_same_says_the_same() {
        MigrationState waiting = proposed(1, FIVE);
        gate = CLOSED;
        assertThat(decide(FIVE, THREE, waiting)).isEqualTo(decide(FIVE, THREE, waiting));
    }

    private Decision decide(Shape wanted, @org.jspecify.annotations.Nullable Shape effective, MigrationState... cases) {
        return MigrationPolicy.decide(new MigrationPolicy.View(
                wanted, effective, List.of(cases), gate, serving, reached, moving, stuck, kept));
    }

    private static Phase phase(Decision decision) {
        assertThat(decision.changes()).hasSize(1);
        return decision.changes().getFirst().phase();
    }

    private static MigrationState proposed(long number, Shape shape) {
        return proposed(number, shape, "ScaleOut");
    }

    private static MigrationState proposed(long number, Shape shape, String reason) {
        return new MigrationState(
                "chat-" + number, number, shape, reason, Phase.Proposed, false, false, false, NOW, null);
    }

    private static MigrationState running(long number, Shape shape) {
        return running(number, shape, "ScaleOut");
    }

    private static MigrationState running(long number, Shape shape, String reason) {
        return new MigrationState(
                "chat-" + number, number, shape, reason, Phase.Running, false, false, false, NOW, NOW);
    }

    private static MigrationState ended(long number, Shape shape, boolean cancelled) {
        return new MigrationState(
                "chat-" + number, number, shape, "ScaleIn", Phase.Cancelled, false, false, cancelled, NOW, null);
    }
}
