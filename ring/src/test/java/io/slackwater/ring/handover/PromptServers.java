package io.slackwater.ring.handover;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator over two servers, "a" which owns everything and "b", that do at once what they are asked for. The one member, "m", answers
 * when the test says so, and time passes when it says so.
 */
final class PromptServers {
    static final long SUBSCRIBER = 11;
    static final long PUBLISHER = 12;

    final Coordinator coordinator;
    final List<Report> reports = new ArrayList<>();
    final List<List<Long>> kills = new ArrayList<>();
    final List<CoordinatorAction.ReadBooks> readings = new ArrayList<>();
    final List<CoordinatorAction.PublishRing> publications = new ArrayList<>();
    /** How often a ring was published on "a". */
    int published;

    List<MemberConnection> connected = List.of(
            new MemberConnection(SUBSCRIBER, "m", Role.SUBSCRIBER, ConnectionName.VERSION),
            new MemberConnection(PUBLISHER, "m", Role.PUBLISHER, ConnectionName.VERSION));

    private long now = 1_000;

    PromptServers(HandoverSettings settings) {
        String[] owners = new String[Slots.COUNT];
        Arrays.fill(owners, "a");
        List<Node> nodes = List.of(
                new Node("a", "", List.of(new Address("127.0.0.1", 1))),
                new Node("b", "", List.of(new Address("127.0.0.1", 2))));
        Ring ring = new Ring(1, 1, nodes, List.of(), SlotTable.of(owners), List.of());
        coordinator = new Coordinator(ring, settings, (table, dead, live) -> table);
        feed(new CoordinatorEvent.NodeUp("a", null));
        feed(new CoordinatorEvent.NodeUp("b", null));
        published = 0;
    }

    /** The open handover that was begun first, second … */
    Handover handover(int which) {
        return coordinator.ring().handovers().get(which);
    }

    void pass(long millis) {
        now += millis;
        feed(new CoordinatorEvent.Wake());
    }

    /** The member's answer to what the handover asks for, after this time. */
    void answerAfter(long millis, int which, @Nullable Book book) {
        now += millis;
        Handover open = handover(which);
        feed(new CoordinatorEvent.AckReceived(
                new Ack(open.id(), open.phase(), open.phaseEpoch(), PUBLISHER, "m", book)));
    }

    /** All three answers at once: the handover is done. */
    void carryThrough() {
        answerAfter(0, 0, null);
        answerAfter(0, 0, null);
        answerAfter(0, 0, Book.EMPTY);
    }

    void feed(CoordinatorEvent event) {
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
                    publications.add(publish);
                    published += publish.node().equals("a") ? 1 : 0;
                    feed(new CoordinatorEvent.Published(
                            publish.node(), publish.ring().epoch()));
                }
                case CoordinatorAction.Kill kill -> {
                    kills.add(kill.clientIds());
                    connected = connected.stream()
                            .filter(connection -> !kill.clientIds().contains(connection.clientId()))
                            .toList();
                }
                case CoordinatorAction.ReadBooks read -> readings.add(read);
                case CoordinatorAction.WakeAt ignored -> {}
                case CoordinatorAction.Tell tell -> reports.add(tell.report());
            }
        }
    }
}
