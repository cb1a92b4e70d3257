package io.slackwater.quickstart.check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Checks all channels. Thread-safe; arrivals of one subscriber on one channel must come one after the other, in the order in which
 * they were received.
 */
public final class Checker {
    private final ChannelCheck[] channels;
    private final LongAdder deliveries = new LongAdder();
    private final LongAdder duplicated = new LongAdder();
    private final LongAdder outOfOrder = new LongAdder();
    private final LongAdder disagreements = new LongAdder();
    private final LongAdder unchecked = new LongAdder();
    private final LongAdder strange = new LongAdder();

    /**
     * Counts so far.
     *
     * @param deliveries arrivals, duplicates among them
     * @param missing numbers that have been overtaken and have not come yet, over all subscribers; they may still come
     * @param outOfOrder messages that came after a later one of the same publisher and channel
     * @param disagreements messages that one subscriber saw after one that another saw it before
     * @param unchecked messages whose order could not be compared, because too many had been missing
     * @param strange arrivals that nobody can have published so: wrong channel, unknown publisher, damaged
     */
    public record Counts(
            long deliveries,
            long missing,
            long duplicated,
            long outOfOrder,
            long disagreements,
            long unchecked,
            long strange) {}

    /**
     * @param subscribers number of subscribers of each channel, each 1 to 64
     * @param publishers number of publishers of each channel
     */
    public Checker(int[] subscribers, int publishers) {
        channels = new ChannelCheck[subscribers.length];
        for (int channel = 0; channel < subscribers.length; channel++) {
            channels[channel] = new ChannelCheck(subscribers[channel], publishers);
        }
    }

    /**
     * A message has arrived.
     *
     * @param subscriber number of the subscriber within its channel
     * @param channel the channel that the subscription is for
     */
    public void arrived(int subscriber, int channel, Stamp stamp) {
        deliveries.increment();
        if (stamp.channel() != channel) {
            strange.increment();
            return;
        }
        ChannelCheck.Finding finding;
        try {
            finding = channels[channel].arrived(subscriber, stamp.publisher(), stamp.n());
        } catch (IllegalArgumentException unknown) {
            strange.increment();
            return;
        }
        switch (finding.arrival()) {
            case NEXT, AHEAD -> {}
            case LATE -> outOfOrder.increment();
            case AGAIN -> duplicated.increment();
        }
        switch (finding.order()) {
            case AGREED -> {}
            case DISAGREED -> disagreements.increment();
            case NOT_CHECKED -> unchecked.increment();
        }
    }

    /** Something arrived that is no message of ours. */
    public void damaged() {
        deliveries.increment();
        strange.increment();
    }

    /** How it stands. Walks over all channels: not for every message. */
    public Counts counts() {
        long missing = 0;
        for (ChannelCheck channel : channels) {
            missing += channel.missing();
        }
        return new Counts(
                deliveries.sum(),
                missing,
                duplicated.sum(),
                outOfOrder.sum(),
                disagreements.sum(),
                unchecked.sum(),
                strange.sum());
    }

    /** Arrivals so far. Cheap. */
    public long deliveries() {
        return deliveries.sum();
    }

    /**
     * Messages that were published and confirmed and have not come to a subscriber, over all subscribers. To be asked when nothing
     * is in flight any more.
     *
     * @param published what each publisher says, by its number
     */
    public long lost(List<Published> published) {
        return lostMessages(published).size();
    }

    /** The same one by one: a message that several subscribers miss is there as many times. */
    public List<Message> lostMessages(List<Published> published) {
        List<Message> lost = new ArrayList<>();
        for (int publisher = 0; publisher < published.size(); publisher++) {
            Published said = published.get(publisher);
            for (int channel = 0; channel < channels.length; channel++) {
                for (long n : channels[channel].lost(publisher, said.last(channel), said.exempt(channel))) {
                    lost.add(new Message(publisher, channel, n));
                }
            }
        }
        return lost;
    }

    /** One message, as in its {@link Stamp}. */
    public record Message(int publisher, int channel, long n) {}
}
