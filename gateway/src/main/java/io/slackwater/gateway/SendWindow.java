package io.slackwater.gateway;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;

/**
 * The SENDs of one connection that the tier has not answered, and the reasons not to read from the connection: at the limit the
 * gateway stops reading, so that TCP makes the client wait; nothing is dropped and nothing piles up. Belongs to the event loop.
 */
final class SendWindow {
    private final Channel channel;
    private final int limit;
    private final List<Runnable> whenEmpty = new ArrayList<>();
    private int inFlight;
    private boolean held;

    SendWindow(Channel channel, int limit) {
        this.channel = channel;
        this.limit = limit;
    }

    void sent() {
        inFlight++;
        apply();
    }

    void answered() {
        inFlight--;
        apply();
        if (inFlight == 0) {
            List<Runnable> now = List.copyOf(whenEmpty);
            whenEmpty.clear();
            now.forEach(Runnable::run);
        }
    }

    /** Stops reading for a reason of the caller's, until told otherwise. */
    void hold(boolean hold) {
        held = hold;
        apply();
    }

    /** Runs the action as soon as every SEND has its answer; at once if there is none to wait for. */
    void whenEmpty(Runnable action) {
        if (inFlight == 0) {
            action.run();
        } else {
            whenEmpty.add(action);
        }
    }

    /** True while the client's silence is the gateway's doing. */
    boolean isReading() {
        return channel.config().isAutoRead();
    }

    private void apply() {
        boolean read = !held && inFlight < limit;
        if (channel.config().isAutoRead() != read) {
            channel.config().setAutoRead(read);
        }
    }
}
