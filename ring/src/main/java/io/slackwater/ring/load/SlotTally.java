package io.slackwater.ring.load;

import io.slackwater.ring.LoadReport;
import io.slackwater.ring.LoadReport.HotChannel;
import io.slackwater.ring.Slots;
import java.util.Arrays;
import java.util.List;

/**
 * Counts what a member publishes, by slot, and from a sample of it the hottest channels. 128 KiB and as many channel names as
 * {@link #CHANNELS}. For one thread.
 */
public final class SlotTally {
    /** Channels counted at a time. */
    static final int CHANNELS = 64;

    /** One publish out of so many is looked at for the hottest channels. */
    static final int SAMPLE = 16;

    private final long[] deliveries = new long[Slots.COUNT];
    private final HotChannels channels = new HotChannels(CHANNELS);
    private int next;

    /**
     * A publish was answered.
     *
     * @param receivers how many subscribers were handed it, not negative
     */
    public void published(String channel, int slot, long receivers) {
        deliveries[slot] += receivers;
        if (receivers > 0 && ++next == SAMPLE) {
            next = 0;
            channels.add(channel, receivers * SAMPLE);
        }
    }

    /**
     * What was counted since the last report; counting starts anew.
     *
     * @param spanMillis the time since then
     * @param subscriptions of the member now, per slot
     */
    public LoadReport report(String member, long spanMillis, int[] subscriptions) {
        List<HotChannel> hottest = channels.top(LoadReport.MAX_CHANNELS);
        long span = Math.clamp(spanMillis, 1, LoadReport.MAX_SPAN_MILLIS);
        LoadReport report = LoadReport.of(member, span, deliveries, subscriptions, hottest);
        Arrays.fill(deliveries, 0);
        channels.clear();
        return report;
    }
}
