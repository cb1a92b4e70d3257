package io.slackwater.quickstart.stage;

import java.util.List;

/**
 * How the tier stands.
 *
 * @param nodes by name
 * @param share what {@link NodeState#share} counts, e.g. slots
 * @param moved fraction of the move that is done, 0 to 1; negative when nothing moves
 * @param progress the move in words; empty when nothing moves
 */
public record TierState(List<NodeState> nodes, String share, double moved, String progress) {
    /** A node: its pod, what it is doing, and its share of the whole. */
    public record NodeState(String pod, String state, int share) {}

    /** Nodes with a share. */
    public long serving() {
        return nodes.stream().filter(node -> node.share() > 0).count();
    }
}
