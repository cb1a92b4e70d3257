package io.slackwater.ring.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one member's application asked for: a channel, or a pattern. It stays when the application unsubscribes, and may come again. */
final class Subscription {
    final SimMember member;
    /** Null for a pattern. */
    final @Nullable Channel channel;

    final @Nullable String pattern;
    /** In the order of delivery. */
    final List<Message> delivered = new ArrayList<>();

    boolean wanted;
    /** Since when the member says it is ready and nothing has happened to it that the protocol excuses; -1 if it is not. */
    long readySince = -1;

    long unwantedAt = -1;
    /** When a node that it was listened to on died, or was declared dead. */
    long brokenAt = -1;

    Subscription(SimMember member, @Nullable Channel channel, @Nullable String pattern) {
        this.member = member;
        this.channel = channel;
        this.pattern = pattern;
    }

    boolean covers(Channel other) {
        return channel != null ? channel == other : pattern != null && Channel.matches(pattern, other.name());
    }

    @Override
    public String toString() {
        return member.name() + " on " + (channel == null ? "pattern " + pattern : channel.name());
    }
}
