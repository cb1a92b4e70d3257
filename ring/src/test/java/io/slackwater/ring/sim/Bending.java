package io.slackwater.ring.sim;

import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.CoordinatorAction;
import io.slackwater.ring.handover.CoordinatorEvent;
import io.slackwater.ring.handover.MemberAction;
import io.slackwater.ring.handover.MemberEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * What stands between the machines and the world and may bend it, so that a rule can be broken without a word in the machines. This
 * class bends nothing. Made anew for each run.
 */
class Bending {
    /** What the coordinator is told: calls {@code next} with it, once, never, or with something else. */
    void told(SimCoordinator coordinator, CoordinatorEvent event, Consumer<CoordinatorEvent> next) {
        next.accept(event);
    }

    /** What is carried out of what the coordinator asked for. */
    List<CoordinatorAction> asked(SimCoordinator coordinator, List<CoordinatorAction> actions) {
        return actions;
    }

    /** What the member is told: calls {@code next} with it, once, never, or with something else. */
    void told(SimMember member, MemberEvent event, Consumer<MemberEvent> next) {
        next.accept(event);
    }

    /** What is carried out of what the member asked for when it was told {@code cause}. */
    List<MemberAction> asked(SimMember member, MemberEvent cause, List<MemberAction> actions) {
        return actions;
    }

    /** The guard of the key {@code ring}. */
    boolean mayOverwrite(Ring stored, Ring written) {
        return written.epoch() >= stored.epoch();
    }

    /** Whether the API refuses a write that names an older version. */
    boolean compareAndSet() {
        return true;
    }

    /** The epoch that a ring a member adopted has in the API. */
    long realEpoch(Ring adopted) {
        return adopted.epoch();
    }

    /** Whether a client sends its unanswered publishes again. */
    boolean resends() {
        return false;
    }
}
