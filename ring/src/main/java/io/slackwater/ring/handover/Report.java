package io.slackwater.ring.handover;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.SlotSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link Coordinator} has to tell. */
public sealed interface Report {
    /** The take-over is complete: keys are rewritten, the ring is published under this coordinator's term. */
    record TookOver(long epoch, long term) implements Report {}

    /** A handover has entered a phase: it is persisted, written and published. */
    record Entered(Handover handover) implements Report {}

    /** A handover is done: the target owns the slots. */
    record Done(Handover handover) implements Report {}

    /** A handover was given up; the source still owns the slots. */
    record Aborted(Handover handover, String reason) implements Report {}

    /** A {@code Move}, {@code Join} or {@code Retire} was not begun. */
    record Refused(CoordinatorEvent request, String reason) implements Report {}

    /** Slots of dead nodes have new owners. */
    record FailedOver(List<String> dead, SlotSet slots) implements Report {}

    /** A node joined the ring. */
    record Joined(Node node) implements Report {}

    /** A node is not in the ring any more. */
    record Retired(String node) implements Report {}

    /** A member was late and its connections to the node were ended. */
    record FencedOff(String node, String member, long handover) implements Report {}

    /**
     * A handover stays in PREPARE because members are slow; told once for each.
     *
     * @param slow member to what its last answer took, in milliseconds
     */
    record PutOff(long handover, Map<String, Long> slow) implements Report {}

    /**
     * The books of a handover's source term.
     *
     * @param verdict what they say
     */
    record Settled(Handover handover, Verdict verdict) implements Report {}

    /**
     * Rings are published in another version of the protocol than before, at first that is 1; or it has become known who keeps it from being higher.
     *
     * @param version the highest that everybody reads who is known to be connected
     * @param member one that reads no more than that; null when it is the highest there is
     */
    record VersionChanged(int version, @Nullable String member) implements Report {}

    /** This coordinator is deposed and does nothing any more. */
    record Deposed(String reason) implements Report {}

    /**
     * What the books of a term say.
     *
     * @param verified whether all members reported and nothing kept the two sums from being comparable
     * @param lost receivers counted by servers and not delivered by members; negative when more were delivered; null unless verified
     * @param deliveries what members delivered in the term, as far as reported
     * @param reason why it is not verified; empty when it is
     */
    record Verdict(boolean verified, @Nullable Long lost, long deliveries, String reason) {
        /** What both together say: verified when both are, with the reason of the first that is not. */
        public Verdict plus(Verdict other) {
            return new Verdict(
                    verified && other.verified,
                    lost == null || other.lost == null ? null : Long.valueOf(lost + other.lost),
                    deliveries + other.deliveries,
                    reason.isEmpty() ? other.reason : reason);
        }
    }
}
