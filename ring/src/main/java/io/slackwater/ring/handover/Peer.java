package io.slackwater.ring.handover;

import io.slackwater.ring.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A live node as a member sees it: one place for a subscribing connection, and some for publishing ones. A place whose connection
 * ended is filled again after a pause that doubles from 20 ms to 1 s, each drawn from half to the whole of it.
 */
final class Peer {
    private static final long FIRST_PAUSE = 20;
    private static final long LONGEST_PAUSE = 1_000;

    final Node node;
    final List<Place> places = new ArrayList<>();

    Peer(Node node, int publishers) {
        this.node = node;
        places.add(new Place(Role.SUBSCRIBER, 0));
        for (int i = 0; i < publishers; i++) {
            places.add(new Place(Role.PUBLISHER, i));
        }
    }

    /** The usable subscribing connection, or null. */
    @Nullable
    Link subscriber() {
        Link link = places.getFirst().link;
        return link != null && link.isUsable() ? link : null;
    }

    /** The usable publishing connections. */
    List<Link> publishers() {
        List<Link> usable = new ArrayList<>(places.size() - 1);
        for (Place place : places) {
            if (place.role == Role.PUBLISHER && place.link != null && place.link.isUsable()) {
                usable.add(place.link);
            }
        }
        return usable;
    }

    /** Where one connection belongs. */
    static final class Place {
        final Role role;
        final int index;

        @Nullable
        Link link;

        long retryAt = Long.MIN_VALUE;
        long formerClientId;
        private long pause = FIRST_PAUSE;

        Place(Role role, int index) {
            this.role = role;
            this.index = index;
        }

        /** The connection has ended. */
        void ended(long now, RandomGenerator random) {
            if (link != null && link.clientId != 0) {
                formerClientId = link.clientId;
            }
            link = null;
            retryAt = now + pause / 2 + random.nextLong(pause / 2 + 1);
            pause = Math.min(LONGEST_PAUSE, pause * 2);
        }

        /** The connection is of use. */
        void succeeded() {
            pause = FIRST_PAUSE;
        }
    }
}
