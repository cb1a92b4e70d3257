package io.slackwater.operator.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.ring.handover.Unreachable;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When members agree that a node cannot be reached. */
class ComplaintsTest {
    private static final Set<String> LIVE = Set.of("n1", "n2");
    private static final Set<String> MEMBERS = Set.of("a", "b", "c", "d");
    private final Complaints complaints = new Complaints();

    private void say(long atMillis, String... members) {
        for (String member : members) {
            complaints.heard(new Unreachable(member, List.of("n1", "gone")), LIVE, atMillis);
        }
    }

    @Test
    void more_than_half_must_say_so() {
        say(0, "a", "b");
        assertThat(complaints.byMost("n1", MEMBERS, 0)).isFalse();
        say(0, "c");
        assertThat(complaints.byMost("n1", MEMBERS, 0)).isTrue();
        assertThat(complaints.byMost("n2", MEMBERS, 0)).isFalse();
    }

    @Test
    void what_was_said_counts_for_a_while() {
        say(0, "a", "b");
        say(3_000, "c");
        assertThat(complaints.byMost("n1", MEMBERS, 3_000)).isTrue();
        assertThat(complaints.byMost("n1", MEMBERS, 3_001)).isFalse();
    }

    @Test
    void those_who_are_no_members_have_no_voice_and_without_members_nobody_has() {
        say(0, "a", "b", "x", "y");
        assertThat(complaints.byMost("n1", MEMBERS, 0)).isFalse();
        assertThat(complaints.byMost("n1", Set.of(), 0)).isFalse();
    }

    @Test
    void nodes_that_are_not_live_are_forgotten() {
        say(0, "a", "b", "c");
        assertThat(complaints.byMost("gone", MEMBERS, 0)).isFalse();
        complaints.retain(Set.of("n2"), 0);
        assertThat(complaints.byMost("n1", MEMBERS, 0)).isFalse();
    }
}
