package io.slackwater.operator.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.coordination.Verdict.Sight;
import io.slackwater.operator.coordination.Verdict.Witness;
import io.slackwater.operator.coordination.Wish.Pod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a node that does not answer is dead. */
class VerdictTest {
    private static final Pod POD = new Pod("uid", "n", "10.0.0.1", 6379, "", true, false, false, "c/0");

    private static Verdict of(long silentMillis, Witness witness) {
        return Verdict.of(new Sight("n/r", POD, null, true, silentMillis, witness, "timed out"));
    }

    @ParameterizedTest
    @CsvSource({"KUBERNETES, 1999, CutOff", "KUBERNETES, 2000, Dead", "MEMBERS, 4499, CutOff", "MEMBERS, 4500, Dead"})
    void witnesses_must_agree_for_a_while(Witness witness, long silentMillis, String verdict) {
        assertThat(of(silentMillis, witness).getClass().getSimpleName()).isEqualTo(verdict);
    }

    /** A report of a member counts for 3 s, so one that was made before it reached the node again is not enough. */
    @Test
    void members_must_have_said_it_more_than_once() {
        assertThat(Verdict.MEMBERS_DOUBT_MILLIS).isGreaterThan(Complaints.FRESH_MILLIS + Verdict.DOUBT_MILLIS / 2);
    }

    @Test
    void one_that_was_never_tried_is_not_judged() {
        assertThat(Verdict.of(new Sight("n/r", POD, null, false, 60_000, Witness.MEMBERS, "")))
                .isInstanceOf(Verdict.CutOff.class);
    }
}
