package io.slackwater.quickstart.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.quickstart.check.Interleaving.Order;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterleavingTest {
    @Test
    void many_subscribers_at_different_places_of_one_order_agree() {
        int subscribers = 64;
        Interleaving order = new Interleaving(subscribers);
        SplittableRandom random = new SplittableRandom(5);
        long[] had = new long[subscribers];
        long highest = 0;
        for (int step = 0; step < 20_000; step++) {
            int subscriber = random.nextInt(subscribers);
            long next = had[subscriber] + 1;
            if (next > least(had) + 100) {
                continue;
            }
            had[subscriber] = next;
            assertThat(order.arrived(subscriber, next, next > highest)).isEqualTo(Order.AGREED);
            highest = Math.max(highest, next);
        }
        assertThat(highest).isGreaterThan(100);
    }

    @Test
    void each_message_that_was_put_back_is_seen() {
        Interleaving order = new Interleaving(2);
        for (long id = 1; id <= 300; id++) {
            order.arrived(0, id, true);
        }
        Deque<Long> putBack = new ArrayDeque<>();
        int disagreed = 0;
        for (long id = 1; id <= 300; id++) {
            if (id % 10 == 0 && id < 300) {
                putBack.add(id);
            } else {
                assertThat(order.arrived(1, id, false)).isEqualTo(Order.AGREED);
            }
            if (id % 10 == 5 && !putBack.isEmpty()) {
                disagreed += order.arrived(1, putBack.remove(), false) == Order.DISAGREED ? 1 : 0;
            }
        }
        assertThat(disagreed).isEqualTo(29);
    }

    /** One has seen 2 only, then another one sees 1 and 2: nobody has seen them the other way round. */
    @Test
    void what_is_lost_to_one_says_nothing_of_the_order_of_the_rest() {
        Interleaving order = new Interleaving(3);
        assertThat(order.arrived(0, 2, true)).isEqualTo(Order.AGREED);
        assertThat(order.arrived(1, 1, true)).isEqualTo(Order.AGREED);
        assertThat(order.arrived(1, 2, false)).isEqualTo(Order.AGREED);
        assertThat(order.arrived(2, 1, false)).isEqualTo(Order.AGREED);
        assertThat(order.arrived(2, 2, false)).isEqualTo(Order.AGREED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void subscribers_of_one_order_agree_whatever_each_of_them_loses(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int subscribers = 2 + random.nextInt(4);
        Interleaving order = new Interleaving(subscribers);
        long[] had = new long[subscribers];
        Set<Long> seen = new HashSet<>();
        for (int step = 0; step < 3_000; step++) {
            int subscriber = random.nextInt(subscribers);
            long next = had[subscriber] + 1 + (random.nextInt(5) == 0 ? 1 + random.nextInt(3) : 0);
            if (next > least(had) + 20) {
                continue;
            }
            had[subscriber] = next;
            assertThat(order.arrived(subscriber, next, seen.add(next)))
                    .as("step " + step)
                    .isNotEqualTo(Order.DISAGREED);
        }
    }

    /** Two who both have both, the other way round, and a third who has lost one of them. */
    @Test
    void a_disagreement_is_seen_also_beside_losses() {
        Interleaving order = new Interleaving(3);
        order.arrived(2, 2, true);
        order.arrived(0, 1, true);
        assertThat(order.arrived(0, 2, false)).isEqualTo(Order.AGREED);
        assertThat(order.arrived(1, 2, false)).isEqualTo(Order.AGREED);
        assertThat(order.arrived(1, 1, false)).isEqualTo(Order.DISAGREED);
    }

    @Test
    void more_subscribers_than_bits_are_refused() {
        assertThatThrownBy(() -> new Interleaving(65)).hasMessageContaining("65 subscribers");
    }

    private static long least(long[] values) {
        long least = Long.MAX_VALUE;
        for (long value : values) {
            least = Math.min(least, value);
        }
        return least;
    }
}
