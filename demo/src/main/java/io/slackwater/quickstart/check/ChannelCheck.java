package io.slackwater.quickstart.check;

import io.slackwater.quickstart.check.Interleaving.Order;
import io.slackwater.quickstart.check.Sequence.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Checks one channel. Thread-safe. */
final class ChannelCheck {
    /** What is to be counted for one arrival. */
    record Finding(Arrival arrival, Order order) {}

    private final Sequence[][] sequences;
    private final long[] highest;
    private final Interleaving interleaving;

    ChannelCheck(int subscribers, int publishers) {
        sequences = new Sequence[subscribers][publishers];
        for (Sequence[] ofSubscriber : sequences) {
            for (int publisher = 0; publisher < publishers; publisher++) {
                ofSubscriber[publisher] = new Sequence();
            }
        }
        highest = new long[publishers];
        interleaving = new Interleaving(subscribers);
    }

    /** @throws IllegalArgumentException if there is no such publisher or number */
    synchronized Finding arrived(int subscriber, int publisher, long n) {
        if (publisher >= highest.length || n < 1) {
            throw new IllegalArgumentException(
                    "message " + n + " of publisher " + publisher + ": there are " + highest.length + " publishers");
        }
        Arrival arrival = sequences[subscriber][publisher].arrived(n);
        if (arrival == Arrival.AGAIN) {
            return new Finding(arrival, Order.AGREED);
        }
        boolean fresh = n > highest[publisher];
        if (fresh) {
            highest[publisher] = n;
        }
        return new Finding(arrival, interleaving.arrived(subscriber, (long) publisher << 48 | n, fresh));
    }

    /** Numbers that have been overtaken and have not come, over all subscribers. */
    synchronized long missing() {
        long missing = 0;
        for (Sequence[] ofSubscriber : sequences) {
            for (Sequence sequence : ofSubscriber) {
                missing += sequence.missing();
            }
        }
        return missing;
    }

    /** Messages of the publisher that never came, one entry for each subscriber. See {@link Sequence#lost}. */
    synchronized List<Long> lost(int publisher, long published, Set<Long> exempt) {
        List<Long> lost = new ArrayList<>();
        for (Sequence[] ofSubscriber : sequences) {
            lost.addAll(ofSubscriber[publisher].lost(published, exempt));
        }
        return lost;
    }
}
