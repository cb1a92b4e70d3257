package io.slackwater.operator.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is due.
 *
 * @param effective what the cluster is brought to now
 * @param held why no move is begun although the cluster is not there yet; empty when moves may be begun
 * @param abandoned whether it is not to get there at all, because a person has cancelled the way
 * @param waiting what the next change waits for, one sentence; empty when there is none or it runs
 * @param create a migration to propose; null for none
 * @param changes how migrations stand now, those that change only
 * @param forget names of ended migrations of which too many are kept
 */
public record Decision(
        Shape effective,
        String held,
        boolean abandoned,
        String waiting,
        @Nullable Proposal create,
        List<Change> changes,
        List<String> forget) {
    public Decision {
        changes = List.copyOf(changes);
        forget = List.copyOf(forget);
    }

    /**
     * A migration to propose.
     *
     * @param number the next one of the cluster; where that name is taken by something else, a higher one will do
     */
    public record Proposal(long number, Shape shape, String reason) {}

    /** Where a migration stands now, and why. */
    public record Change(String name, Phase phase, String message) {}
}
