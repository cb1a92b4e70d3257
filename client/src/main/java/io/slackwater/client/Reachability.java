package io.slackwater.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which nodes a member cannot reach, and when it says so. For one thread. */
final class Reachability {
    /** How long a node may be without a connection before that is told. */
    static final long PATIENCE_MILLIS = 1_500;

    /** How often it is told while that lasts. */
    static final long EVERY_MILLIS = 1_000;

    private final Map<String, Long> missingSince = new HashMap<>();
    private long toldAt;
    private boolean told;

    /**
     * What is to be told now; mostly nothing.
     *
     * @param nodes ids of the live nodes of the ring
     * @param reached those with a connection that works
     */
    List<String> toTell(Collection<String> nodes, Set<String> reached, long nowMillis) {
        missingSince.keySet().retainAll(nodes);
        missingSince.keySet().removeAll(reached);
        List<String> missing = new ArrayList<>();
        for (String node : nodes) {
            if (!reached.contains(node)
                    && nowMillis - missingSince.computeIfAbsent(node, any -> nowMillis) >= PATIENCE_MILLIS) {
                missing.add(node);
            }
        }
        if (missing.isEmpty() || told && nowMillis - toldAt < EVERY_MILLIS) {
            return List.of();
        }
        told = true;
        toldAt = nowMillis;
        return missing;
    }
}
