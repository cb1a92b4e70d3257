package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Wish.Pod;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node of the ring lives, as far as can be known from here. A pure function: a node is dead only when its process is
 * certain to be gone, or when this process has had no sign of life for {@value #DOUBT_MILLIS} ms, nor has Kubernetes, or have most members.
 */
sealed interface Verdict {
    /** How long this process and Kubernetes must agree before a node that only does not answer is given up, in milliseconds. */
    long DOUBT_MILLIS = 2_000;

    /** The same with most members: longer than a report of theirs counts, so that they must have said it again. */
    long MEMBERS_DOUBT_MILLIS = Complaints.FRESH_MILLIS + 1_500;

    /** Who agrees that a node does not answer. */
    enum Witness {
        KUBERNETES(DOUBT_MILLIS, "Kubernetes has no sign of life of it either"),
        MEMBERS(MEMBERS_DOUBT_MILLIS, "most members cannot reach it either");

        private final long doubtMillis;
        private final String words;

        Witness(long doubtMillis, String words) {
            this.doubtMillis = doubtMillis;
            this.words = words;
        }
    }

    /** It answers. */
    record Alive() implements Verdict {}

    /** Its process is gone, or as good as gone. */
    record Dead(String reason) implements Verdict {}

    /** It does not answer, and that alone says nothing. */
    record CutOff(String reason) implements Verdict {}

    /**
     * What is seen of one node.
     *
     * @param id of the node
     * @param pod the pod it runs in, null when there is none of that name any more
     * @param answering id of the node that answers at its address, null when none does
     * @param tried whether it was tried to connect since this process took over
     * @param silentMillis for how long it has not answered, and its pod has not been ready or most members cannot reach it; 0 if not both
     * @param witness who agrees
     * @param reason why it cannot be reached
     */
    record Sight(
            String id,
            @Nullable Pod pod,
            @Nullable String answering,
            boolean tried,
            long silentMillis,
            Witness witness,
            String reason) {}

    static Verdict of(Sight sight) {
        Pod pod = sight.pod();
        if (pod != null && pod.gone()) {
            return new Dead("its process has ended");
        }
        if (sight.id().equals(sight.answering())) {
            return new Alive();
        }
        if (sight.answering() != null) {
            return new Dead("its process was replaced by " + sight.answering());
        }
        if (!sight.tried()) {
            return new CutOff("not reached yet");
        }
        if (pod == null) {
            return new Dead("its pod does not exist any more, and it does not answer: " + sight.reason());
        }
        if (sight.silentMillis() >= sight.witness().doubtMillis) {
            return new Dead("it has not answered for " + sight.silentMillis() + " ms, and " + sight.witness().words
                    + ": " + sight.reason());
        }
        return new CutOff(sight.reason());
    }
}
