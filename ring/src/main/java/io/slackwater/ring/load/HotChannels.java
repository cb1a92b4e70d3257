package io.slackwater.ring.load;

import io.slackwater.ring.LoadReport.HotChannel;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The channels with the most deliveries, in bounded memory: Space-Saving (Metwally, Agrawal, El Abbadi, 2005). A channel with
 * more than one part in {@code capacity} of all that was counted is never missed; what is said of a channel is too high by at most such a
 * part. For one thread.
 */
public final class HotChannels {
    private final int capacity;
    private final Map<String, long[]> counts;

    /** @param capacity channels counted at a time, at least 1 */
    public HotChannels(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a capacity of " + capacity + ": must be at least 1");
        }
        this.capacity = capacity;
        this.counts = HashMap.newHashMap(capacity);
    }

    /** Counts deliveries of a channel; not negative. */
    public void add(String channel, long deliveries) {
        long[] count = counts.get(channel);
        if (count != null) {
            count[0] += deliveries;
            return;
        }
        long inherited = 0;
        if (counts.size() >= capacity) {
            Map.Entry<String, long[]> least = counts.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue()[0]))
                    .orElseThrow();
            inherited = least.getValue()[0];
            counts.remove(least.getKey());
        }
        counts.put(channel, new long[] {inherited + deliveries});
    }

    /** The hottest first, at most so many. */
    public List<HotChannel> top(int most) {
        return counts.entrySet().stream()
                .map(entry -> new HotChannel(entry.getKey(), entry.getValue()[0]))
                .sorted(Comparator.comparingLong(HotChannel::deliveries)
                        .reversed()
                        .thenComparing(HotChannel::name))
                .limit(most)
                .toList();
    }

    /** Starts anew. */
    public void clear() {
        counts.clear();
    }
}
