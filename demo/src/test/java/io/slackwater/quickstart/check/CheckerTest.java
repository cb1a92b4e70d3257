package io.slackwater.quickstart.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.quickstart.check.Checker.Counts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckerTest {
    private static final int ANN = 0;
    private static final int BOB = 1;

    private final Checker checker = new Checker(new int[] {2, 2}, 2);

    private void arrives(int subscriber, int publisher, long... numbers) {
        for (long n : numbers) {
            checker.arrived(subscriber, 0, new Stamp(publisher, 0, n, 1));
        }
    }

    private static List<Published> published(long ofFirst, long ofSecond) {
        Published first = new Published();
        first.last(0, ofFirst);
        Published second = new Published();
        second.last(0, ofSecond);
        return List.of(first, second);
    }

    private Counts clean(long deliveries) {
        return new Counts(deliveries, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void nothing_is_found_when_all_arrive_in_one_order() {
        for (int subscriber : new int[] {ANN, BOB}) {
            arrives(subscriber, 0, 1, 2);
            arrives(subscriber, 1, 1);
            arrives(subscriber, 0, 3);
        }
        assertThat(checker.counts()).isEqualTo(clean(8));
        assertThat(checker.lost(published(3, 1))).isZero();
    }

    @Test
    void a_message_that_one_subscriber_does_not_get_is_lost_once() {
        arrives(ANN, 0, 1, 2, 3);
        arrives(BOB, 0, 1, 3);
        assertThat(checker.counts()).isEqualTo(new Counts(5, 1, 0, 0, 0, 0, 0));
        assertThat(checker.lost(published(3, 0))).isEqualTo(1);
    }

    @Test
    void the_last_messages_are_lost_too_when_nothing_overtakes_them() {
        arrives(ANN, 0, 1, 2, 3);
        arrives(BOB, 0, 1);
        assertThat(checker.counts().missing()).isZero();
        assertThat(checker.lost(published(3, 0))).isEqualTo(2);
        assertThat(checker.lostMessages(published(3, 0)))
                .containsExactly(new Checker.Message(0, 0, 2), new Checker.Message(0, 0, 3));
    }

    @Test
    void a_message_that_nobody_gets_is_lost_for_each_subscriber() {
        assertThat(checker.lost(published(0, 1))).isEqualTo(2);
    }

    @Test
    void a_message_without_known_outcome_may_come_or_not() {
        arrives(ANN, 0, 1, 3);
        arrives(BOB, 0, 1, 2, 3);
        List<Published> said = published(4, 0);
        said.getFirst().unsure(0, 2);
        said.getFirst().unsent(0, 4);
        assertThat(checker.lost(said)).isZero();
        assertThat(said.getFirst().confirmed()).isEqualTo(2);
    }

    @Test
    void a_message_that_comes_twice_is_a_duplicate() {
        arrives(ANN, 0, 1, 2, 2, 3, 1);
        arrives(BOB, 0, 1, 2, 3);
        assertThat(checker.counts()).isEqualTo(new Counts(8, 0, 2, 0, 0, 0, 0));
        assertThat(checker.lost(published(3, 0))).isZero();
    }

    @Test
    void swapped_messages_of_a_publisher_are_out_of_order_and_not_lost() {
        arrives(ANN, 0, 2, 1, 3);
        arrives(BOB, 0, 2, 1, 3);
        assertThat(checker.counts()).isEqualTo(new Counts(6, 0, 0, 2, 0, 0, 0));
        assertThat(checker.lost(published(3, 0))).isZero();
    }

    @Test
    void subscribers_that_see_two_publishers_in_different_order_disagree() {
        arrives(ANN, 0, 1);
        arrives(ANN, 1, 1);
        arrives(BOB, 1, 1);
        arrives(BOB, 0, 1);
        assertThat(checker.counts()).isEqualTo(new Counts(4, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void one_disagreement_does_not_make_the_rest_disagree() {
        arrives(ANN, 0, 1);
        arrives(ANN, 1, 1);
        arrives(BOB, 1, 1);
        arrives(BOB, 0, 1);
        for (int n = 2; n <= 10; n++) {
            arrives(ANN, 0, n);
            arrives(BOB, 0, n);
        }
        assertThat(checker.counts().disagreements()).isEqualTo(1);
    }

    @Test
    void a_lost_message_is_no_disagreement() {
        arrives(ANN, 0, 1);
        arrives(ANN, 1, 1);
        arrives(ANN, 0, 2);
        arrives(BOB, 0, 1, 2);
        assertThat(checker.counts().disagreements()).isZero();
    }

    @Test
    void what_nobody_can_have_published_is_strange() {
        checker.arrived(ANN, 0, new Stamp(0, 1, 1, 1));
        checker.arrived(ANN, 0, new Stamp(7, 0, 1, 1));
        checker.damaged();
        assertThat(checker.counts()).isEqualTo(new Counts(3, 0, 0, 0, 0, 0, 3));
    }

    @Test
    void what_was_forgotten_is_not_checked_rather_than_guessed() {
        List<Long> numbers = new ArrayList<>();
        for (long n = 1; n <= Interleaving.LONGEST + 10; n++) {
            numbers.add(n);
        }
        numbers.forEach(n -> arrives(ANN, 0, n));
        numbers.forEach(n -> arrives(BOB, 0, n));
        assertThat(checker.counts()).isEqualTo(new Counts(2L * numbers.size(), 0, 0, 0, 0, 10, 0));
    }
}
