package io.slackwater.ring.handover;

import io.slackwater.ring.Ring;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a process that publishes or subscribes does in the protocol. */
public final class Member {
    public Member(
            String name,
            int publishersPerNode,
            HandoverSettings settings,
            PublishLedger ledger,
            RandomGenerator random) {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Takes one event.
     *
     * @param nowMillis any clock that does not go back
     */
    public List<MemberAction> on(MemberEvent event, long nowMillis) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** The ring in use; null before the first. */
    public @Nullable Ring ring() {
        return null;
    }

    /** Where to publish now: the last {@link MemberAction.Reroute}. */
    public Routes routes() {
        return Routes.NONE;
    }

    /** Whether no subscribing connection is usable: then rings should be looked for on the seeds again. */
    public boolean isCutOff() {
        return true;
    }

    /** Channels the application wants and that are not ready. */
    public int unready() {
        return 0;
    }
}
