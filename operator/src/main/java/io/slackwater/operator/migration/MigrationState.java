package io.slackwater.operator.migration;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A migration as the API has it.
 *
 * @param name of the object
 * @param number counts up with every migration of a cluster
 * @param shape what it leads to
 * @param reason see {@link Shape#reasonTo}, or NodeReplacement
 * @param phase where it stands
 * @param approved whether a person has said that it may run
 * @param paused whether a person wants it to rest
 * @param cancelled whether a person wants it to end
 * @param createdAt when it was proposed
 * @param startedAt when it began to run, null before
 */
public record MigrationState(
        String name,
        long number,
        Shape shape,
        String reason,
        Phase phase,
        boolean approved,
        boolean paused,
        boolean cancelled,
        Instant createdAt,
        @Nullable Instant startedAt) {
    /** A node has gone without a word, and its successor gets its share: it has waited long enough. */
    public static final String NODE_REPLACEMENT = "NodeReplacement";

    boolean started() {
        return startedAt != null;
    }

    boolean urgent() {
        return reason.equals(NODE_REPLACEMENT);
    }
}
