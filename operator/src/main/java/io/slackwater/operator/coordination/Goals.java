package io.slackwater.operator.coordination;

import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is worked towards, what a predecessor worked towards, and why slots move for it. Each goal is left on the nodes for a successor: it is advice, so nothing depends on
 * whether it arrives. For one thread.
 */
final class Goals {
    private static final Logger log = LoggerFactory.getLogger(Goals.class);

    private final String cluster;
    private final NodeLinks links;
    private final MigrationLog migrations;
    private @Nullable Goal current;
    private @Nullable Goal earlier;
    private long earlierEpoch;
    private boolean replacing;

    Goals(String cluster, NodeLinks links, MigrationLog migrations) {
        this.cluster = cluster;
        this.links = links;
        this.migrations = migrations;
    }

    /** What is worked towards; null when nothing was planned yet. */
    @Nullable
    Goal current() {
        return current;
    }

    /** The newest goal that a predecessor has left; null when none is known. */
    @Nullable
    Goal earlier() {
        return earlier;
    }

    /** A node died: what moves from now on makes up for that. */
    void failedOver() {
        replacing = true;
    }

    /** Nothing is left to be moved. */
    void reached() {
        replacing = false;
    }

    /**
     * Works towards this from now on.
     *
     * @param next null when nothing is to be planned
     */
    void adopt(@Nullable Goal next, Ring ring, Wish wish) {
        if (next == null && wish.abandoned()) {
            current = null;
            earlier = null;
        }
        if (next == null || next.equals(current)) {
            return;
        }
        String reason = current != null && next.levels(current) ? "Rebalance" : reason(ring, next, wish);
        current = next;
        if (next.target().equals(ring.table())) {
            return;
        }
        migrations.begin(reason);
        log.info("cluster={} goal: reason={} nodes={}", cluster, reason, next.target());
        for (NodeLink link : links.all()) {
            NodeSession session = link.session();
            if (session != null) {
                leave(link, session, ring);
            }
        }
    }

    private String reason(Ring ring, Goal next, Wish wish) {
        Map<String, Integer> owned = ring.table().slotsPerNode();
        boolean grows = next.wanted().stream().anyMatch(id -> Goal.few(owned.getOrDefault(id, 0), owned.size()));
        boolean shrinks = !next.wanted().containsAll(owned.keySet());
        if (shrinks && !replacing && wish.upgrading()) {
            return "Upgrade";
        }
        return grows ? (shrinks || replacing ? "NodeReplacement" : "ScaleOut") : shrinks ? "ScaleIn" : "Rebalance";
    }

    /** Leaves the goal on a node; does nothing when there is none. */
    void leave(NodeLink link, NodeSession session, Ring ring) {
        if (current == null) {
            return;
        }
        try {
            Ring target = new Ring(ring.epoch(), ring.term(), ring.nodes(), ring.dead(), current.target(), List.of());
            link.then(session, session.writeGoal(RingCodec.encode(target)), done -> {});
        } catch (IllegalArgumentException e) {
            log.debug("cluster={} the goal names a node that has left", cluster);
        }
    }

    /**
     * A node has a goal of a predecessor.
     *
     * @param target a ring whose table it is; null when there is none
     */
    void found(@Nullable Ring target, @Nullable Wish wish) {
        if (target != null && wish != null && target.epoch() > earlierEpoch) {
            earlierEpoch = target.epoch();
            earlier = new Goal(Set.copyOf(target.table().owners()), wish.planner(), wish.rebalance(), target.table());
        }
    }
}
