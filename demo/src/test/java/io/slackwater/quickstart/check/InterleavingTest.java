package io.slackwater.quickstart.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.quickstart.check.Interleaving.Order;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

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
