package io.slackwater.operator.coordination;

import io.slackwater.ring.handover.Unreachable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Which nodes members say that they cannot reach. For one thread. */
final class Complaints {
    /** How long a report counts, in milliseconds; members repeat theirs every second. */
    static final long FRESH_MILLIS = 3_000;

    /** Bounds what strangers can make it keep. */
    private static final int MOST_PER_NODE = 100_000;

    private final Map<String, Map<String, Long>> heardAt = new HashMap<>();

    /** @param live nodes of the ring; what is said of others is left out */
    void heard(Unreachable report, Set<String> live, long nowMillis) {
        for (String node : report.nodes()) {
            if (live.contains(node)) {
                Map<String, Long> members = heardAt.computeIfAbsent(node, any -> new HashMap<>());
                if (members.size() < MOST_PER_NODE || members.containsKey(report.member())) {
                    members.put(report.member(), nowMillis);
                }
            }
        }
    }

    /** Forgets what is said of other nodes, and what was said too long ago. */
    void retain(Set<String> live, long nowMillis) {
        heardAt.keySet().retainAll(live);
        heardAt.values().forEach(members -> members.values().removeIf(at -> nowMillis - at > FRESH_MILLIS));
    }

    /**
     * Whether more than half of the members cannot reach it.
     *
     * @param members names of those that are connected to other nodes; without any nobody is a witness
     */
    boolean byMost(String node, Set<String> members, long nowMillis) {
        long agree = heardAt.getOrDefault(node, Map.of()).entrySet().stream()
                .filter(heard -> nowMillis - heard.getValue() <= FRESH_MILLIS && members.contains(heard.getKey()))
                .count();
        return agree * 2 > members.size();
    }
}
