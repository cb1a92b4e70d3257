package io.slackwater.e2e.traffic;

import io.slackwater.quickstart.traffic.Pacer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Some channels that have a part of all messages to themselves. Immutable.
 *
 * @param channels their numbers; each gets the same
 * @param percent that part, 0 to 100, exact when the number of all channels is a multiple of 100
 */
public record HotChannels(List<Integer> channels, int percent) {
    /** @throws IllegalArgumentException with a sentence if the part is none, or is nobody's */
    public HotChannels {
        channels = List.copyOf(channels);
        if (percent < 0 || percent > 100 || percent > 0 && channels.isEmpty()) {
            throw new IllegalArgumentException(percent + " % of the messages for " + channels.size()
                    + " hot channels: must be 0 to 100, and 0 when there are none");
        }
    }

    /** The channel on which a message is sent for which this one was drawn. */
    public int channelFor(int drawn) {
        return drawn % 100 < percent ? channels.get(drawn % channels.size()) : drawn;
    }

    /** The same sink, with more of what it gets for the hot channels. */
    Pacer.Sink heating(Pacer.Sink sink) {
        return new Pacer.Sink() {
            @Override
            public void publish(int channel, SplittableRandom random) {
                sink.publish(channelFor(channel), random);
            }

            @Override
            public void flush() {
                sink.flush();
            }
        };
    }
}
