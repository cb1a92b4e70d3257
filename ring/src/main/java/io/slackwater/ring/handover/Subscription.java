package io.slackwater.ring.handover;

import org.jspecify.annotations.Nullable;

/**
 * What the application wants of one channel or pattern, and what each connection has been told and has confirmed of it. Lives until
 * it is not wanted and the last connection has confirmed that. Small: there may be a million.
 */
final class Subscription {
    final String name;
    /** Slot of the channel; -1 for a pattern, which is held on every node. */
    final int slot;

    boolean wanted;
    boolean ready;
    /** Grows when the application unsubscribes: what was held for it before is not delivered. */
    int generation;

    private @Nullable On first;

    Subscription(String name, int slot) {
        this.name = name;
        this.slot = slot;
    }

    boolean isPattern() {
        return slot < 0;
    }

    boolean isIdle() {
        return first == null;
    }

    @Nullable
    On on(long link) {
        for (On on = first; on != null; on = on.next) {
            if (on.link.id == link) {
                return on;
            }
        }
        return null;
    }

    /** Whether the node's connection has confirmed it and nothing else is on its way. */
    boolean isConfirmedOn(String node) {
        for (On on = first; on != null; on = on.next) {
            if (on.confirmed && on.link.node.equals(node)) {
                return true;
            }
        }
        return false;
    }

    On add(Link link) {
        On on = new On(link, first);
        first = on;
        return on;
    }

    void remove(On gone) {
        if (first == gone) {
            first = gone.next;
            return;
        }
        for (On on = first; on != null; on = on.next) {
            if (on.next == gone) {
                on.next = gone.next;
                return;
            }
        }
    }

    @Nullable
    On first() {
        return first;
    }

    /** State on one connection. */
    static final class On {
        final Link link;

        @Nullable
        On next;

        boolean subscribed;
        boolean confirmed;
        int outstanding;

        On(Link link, @Nullable On next) {
            this.link = link;
            this.next = next;
        }
    }
}
