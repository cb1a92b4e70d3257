package io.slackwater.operator.coordination;

import io.slackwater.ring.Ring;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Holds one cluster's ring and moves its slots. All methods may be called from any thread and none blocks, except {@link #close}.
 * Everything asked for is idempotent: the latest {@link Wish} counts, and is acted on at the next batch boundary.
 */
public interface ClusterCoordinator extends AutoCloseable {
    /** What is wanted and what is known of the pods, as of now. Call it on every reconciliation. */
    void wish(Wish wish);

    /** How things stand: immutable, never older than a second while the coordinator runs. */
    Snapshot snapshot();

    /** The newest ring that is stored, was written to nodes and is published there; null before the first. A snapshot may have a newer one. */
    @Nullable
    Ring published();

    /**
     * Fresh proof that the node of this pod may be removed: most nodes' rings are read and name it neither as an owner nor in a
     * handover, it is not in the ring any more, and no member is connected to it.
     *
     * @return completes within 5 s, with {@link Proof.Refused} rather than exceptionally when anything is in doubt
     */
    CompletionStage<Proof> proveRemovable(String podUid);

    /**
     * Stops. Leaves everything as it stands on the nodes; a successor goes on from there. Waits at most 5 s. Idempotent.
     */
    @Override
    void close();

    /** Result of {@link #proveRemovable}. */
    sealed interface Proof {
        /** It may be removed. */
        record Removable() implements Proof {}

        /** It must not be removed now, and why. */
        record Refused(String reason) implements Proof {}
    }
}
