package io.slackwater.ring.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A handover does not leave PREPARE while a member is slow: from COMMIT on the others hold messages back for it. Servers answer at once here,
 * the member "m" when the test says so.
 */
final class SlowMemberTest {
    private static final HandoverSettings SETTINGS = HandoverSettings.DEFAULT;
    private static final long SLOW = SETTINGS.slowAfterMillis() + 1;

    private final Coordinator coordinator = coordinator();
    private final List<Report> reports = new ArrayList<>();
    private final List<List<Long>> kills = new ArrayList<>();
    private List<MemberConnection> connected =
            List.of(new MemberConnection(11, "m", Role.SUBSCRIBER), new MemberConnection(12, "m", Role.PUBLISHER));
    private long now = 1_000;
    private int published;

    private static Coordinator coordinator() {
        String[] owners = new String[Slots.COUNT];
        Arrays.fill(owners, "a");
        List<Node> nodes = List.of(
                new Node("a", "", List.of(new Address("127.0.0.1", 1))),
                new Node("b", "", List.of(new Address("127.0.0.1", 2))));
        Ring ring = new Ring(1, 1, nodes, List.of(), SlotTable.of(owners), List.of());
        return new Coordinator(ring, SETTINGS, (table, dead, live) -> table);
    }

    @BeforeEach
    void takesOverAndBeginsAMove() {
        feed(new CoordinatorEvent.NodeUp("a", null));
        feed(new CoordinatorEvent.NodeUp("b", null));
        published = 0;
        feed(new CoordinatorEvent.Move("a", "b", SlotSet.of(1, 2, 3)));
    }

    @Test
    void a_quick_answer_is_enough() {
        answerAfter(SETTINGS.slowAfterMillis());

        assertThat(phase()).isEqualTo(Phase.COMMIT);
        assertThat(published).as("PREPARE and COMMIT").isEqualTo(2);
    }

    @Test
    void a_first_answer_that_took_long_is_asked_for_again_and_nobody_is_called_slow_for_it() {
        answerAfter(SLOW);
        assertThat(phase()).isEqualTo(Phase.PREPARE);
        assertThat(published).as("asked twice").isEqualTo(2);

        answerAfter(5);

        assertThat(phase()).isEqualTo(Phase.COMMIT);
        assertThat(reports).noneMatch(Report.PutOff.class::isInstance);
    }

    @Test
    void waits_for_as_long_as_the_member_is_slow_and_says_for_whom() {
        answerAfter(SLOW);
        answerAfter(SLOW);

        for (int i = 0; i < 100; i++) {
            assertThat(phase()).isEqualTo(Phase.PREPARE);
            assertThat(coordinator.slowMembers()).containsExactly(Map.entry("m", SLOW));
            answerAfter(SLOW);
        }
        assertThat(kills).isEmpty();
        assertThat(reports).filteredOn(Report.PutOff.class::isInstance).hasSize(1);

        answerAfter(3);
        assertThat(phase()).isEqualTo(Phase.COMMIT);
        assertThat(coordinator.slowMembers()).isEmpty();
    }

    @Test
    void a_slow_answer_to_commit_puts_the_next_handover_off() {
        answerAfter(1);
        now += SLOW;
        ack(Phase.COMMIT, 12);
        assertThat(phase()).as("what has begun goes on").isEqualTo(Phase.FENCE);
        feed(new CoordinatorEvent.Move("a", "b", SlotSet.of(7)));

        answerAfter(1, 1);

        assertThat(coordinator.ring().handovers().get(1).phase())
                .as("it answers quickly now")
                .isEqualTo(Phase.COMMIT);
    }

    @Test
    void who_does_not_answer_at_all_any_more_is_fenced_off_after_the_time_out_of_prepare() {
        answerAfter(SLOW);

        pass(SETTINGS.prepareTimeoutMillis() - 1);
        assertThat(kills).isEmpty();
        pass(1);
        assertThat(kills).containsExactly(List.of(11L, 12L));
    }

    @Test
    void who_has_left_meanwhile_is_not_waited_for() {
        answerAfter(SLOW);
        connected = List.of();

        pass(SETTINGS.prepareTimeoutMillis());

        assertThat(kills).isEmpty();
        assertThat(coordinator.ring().handovers())
                .as("nobody is left to wait for")
                .isEmpty();
        assertThat(coordinator.ring().table().owner(1)).isEqualTo("b");
    }

    @Test
    void the_question_is_asked_anew_when_the_connection_to_the_source_ended_with_it() {
        answerAfter(SLOW);
        feed(new CoordinatorEvent.NodeDown("a"));
        int before = published;

        feed(new CoordinatorEvent.NodeUp("a", coordinator.ring()));

        assertThat(published).isEqualTo(before + 1);
    }

    private Phase phase() {
        return coordinator.ring().handovers().getFirst().phase();
    }

    private void answerAfter(long millis) {
        answerAfter(millis, 0);
    }

    private void answerAfter(long millis, int handover) {
        now += millis;
        ack(handover, Phase.PREPARE, 12);
    }

    private void ack(Phase phase, long clientId) {
        ack(0, phase, clientId);
    }

    private void ack(int which, Phase phase, long clientId) {
        var open = coordinator.ring().handovers().get(which);
        feed(new CoordinatorEvent.AckReceived(new Ack(open.id(), phase, open.phaseEpoch(), clientId, "m", null)));
    }

    private void pass(long millis) {
        now += millis;
        feed(new CoordinatorEvent.Wake());
    }

    private void feed(CoordinatorEvent event) {
        for (CoordinatorAction action : coordinator.on(event, now)) {
            switch (action) {
                case CoordinatorAction.Persist persist ->
                    feed(new CoordinatorEvent.Persisted(persist.ring().epoch()));
                case CoordinatorAction.WriteKey write ->
                    feed(new CoordinatorEvent.KeyWritten(
                            write.node(), write.ring().epoch(), write.ring().epoch()));
                case CoordinatorAction.ListConnections list ->
                    feed(new CoordinatorEvent.Listed(list.node(), list.request(), connected));
                case CoordinatorAction.PublishRing publish -> {
                    published += publish.node().equals("a") ? 1 : 0;
                    feed(new CoordinatorEvent.Published(
                            publish.node(), publish.ring().epoch()));
                }
                case CoordinatorAction.Kill kill -> {
                    kills.add(kill.clientIds());
                    Predicate<MemberConnection> killed =
                            connection -> kill.clientIds().contains(connection.clientId());
                    connected = connected.stream().filter(killed.negate()).toList();
                }
                case CoordinatorAction.ReadBooks ignored -> {}
                case CoordinatorAction.WakeAt ignored -> {}
                case CoordinatorAction.Tell tell -> reports.add(tell.report());
            }
        }
    }
}
