package io.slackwater.ring.handover;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Phase;
import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who has to answer one phase of a handover, and who has. */
final class Awaited {
    final Handover handover;

    /** Client ids to members: subscribing connections to the source in PREPARE and FENCE, publishing ones in COMMIT (rule 5). */
    private final Map<Long, String> expected = new TreeMap<>();

    private final Set<String> there = new HashSet<>();
    private final Set<Long> connections = new HashSet<>();
    private final Set<String> members = new HashSet<>();
    private final Map<String, Long> answeredAfter = new HashMap<>();
    private boolean listed;
    private boolean askedAgain;

    /** When the phase was last asked for; {@code Long.MAX_VALUE} before that has been published. */
    long publishedAt = Long.MAX_VALUE;
    /** When PREPARE may be asked for again because somebody was slow. */
    long askAgainAt;
    /** When to take the list again because somebody has not answered: who is gone is not awaited. */
    long checkAt = Long.MAX_VALUE;
    /** When those who are still there and have not answered are late. */
    long lateAt = Long.MAX_VALUE;
    /** Number of that list's request; 0 for none. */
    long check;

    Awaited(Handover handover) {
        this.handover = handover;
    }

    void list(List<MemberConnection> present) {
        listed = true;
        Role awaited = handover.phase() == Phase.COMMIT ? Role.PUBLISHER : Role.SUBSCRIBER;
        expected.clear();
        for (MemberConnection connection : present) {
            there.add(connection.member());
            if (connection.role() == awaited) {
                expected.put(connection.clientId(), connection.member());
            }
        }
    }

    /** Whether the member had a connection, for whatever, when the list was taken. */
    boolean isThere(String member) {
        return there.contains(member);
    }

    /** Nobody is awaited on a dead source (rule 8). */
    void nobody() {
        listed = true;
        expected.clear();
    }

    /**
     * Connections that are gone are not awaited. Before anybody is late a member that has lost its subscribing connection and is still connected is, for it may be
     * back at any moment; a publishing connection that is gone has nothing on its way any more.
     */
    void keep(List<MemberConnection> present, boolean late) {
        Set<Long> ids = new HashSet<>();
        Set<String> names = new HashSet<>();
        present.forEach(connection -> {
            ids.add(connection.clientId());
            names.add(connection.member());
        });
        boolean byName = !late && handover.phase() != Phase.COMMIT;
        expected.entrySet()
                .removeIf(entry -> !ids.contains(entry.getKey()) && !(byName && names.contains(entry.getValue())));
    }

    /** Whether PREPARE was asked for again: an answer then takes a round trip and nothing else. */
    boolean askedAgain() {
        return askedAgain;
    }

    /** Asks for PREPARE once more: it is complete when everybody has answered since. */
    void askAgain() {
        askedAgain = true;
        connections.clear();
        members.clear();
        answeredAfter.clear();
    }

    /** Milliseconds from asking to the member's first answer; -1 without one, or when the time of asking is not known. */
    long answeredAfter(String member) {
        return answeredAfter.getOrDefault(member, -1L);
    }

    /** Counts an ack of this phase (rule 4); false if it is of another. */
    boolean accept(Ack ack, long now) {
        if (ack.handover() != handover.id()
                || ack.phase() != handover.phase()
                || ack.phaseEpoch() != handover.phaseEpoch()) {
            return false;
        }
        connections.add(ack.clientId());
        members.add(ack.member());
        if (publishedAt != Long.MAX_VALUE) {
            answeredAfter.putIfAbsent(ack.member(), now - publishedAt);
        }
        return true;
    }

    boolean isComplete() {
        return listed && outstanding().isEmpty();
    }

    /** Members of which an answer is missing. */
    Set<String> outstanding() {
        Set<String> late = new TreeSet<>();
        expected.forEach((clientId, member) -> {
            if (handover.phase() == Phase.COMMIT ? !connections.contains(clientId) : !members.contains(member)) {
                late.add(member);
            }
        });
        return late;
    }

    /** Publishing connections that have not answered COMMIT; empty in another phase. */
    List<Long> stalledPublishers() {
        return handover.phase() != Phase.COMMIT
                ? List.of()
                : expected.keySet().stream()
                        .filter(clientId -> !connections.contains(clientId))
                        .toList();
    }

    /** Members that were asked. */
    Set<String> asked() {
        return new TreeSet<>(expected.values());
    }

    /** Every connection of the members, of either role. */
    static List<Long> connectionsOf(Set<String> members, List<MemberConnection> present) {
        List<Long> ids = new ArrayList<>();
        for (MemberConnection connection : present) {
            if (members.contains(connection.member())) {
                ids.add(connection.clientId());
            }
        }
        return ids;
    }
}
