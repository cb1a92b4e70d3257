package io.slackwater.quickstart.check;

import java.util.Arrays;

/**
 * Whether the subscribers of one channel see its messages in one order.
 *
 * <p>A log holds the messages in the order in which they were first seen by anybody, and for each who has seen it. Every subscriber
 * has a place in the log: what it sees next must lie at or after its place. A message that lies before it was seen by another
 * subscriber ahead of one that this subscriber has already had: the two disagree. Messages that everybody has seen leave the log.
 *
 * <p>The memory is bounded: when a subscriber misses messages, the log grows to {@value #LONGEST} and then forgets the oldest; what
 * comes of them later is counted as not checked. Not thread-safe.
 */
final class Interleaving {
    static final int LONGEST = 512;

    /** What the order of an arrival was. */
    enum Order {
        AGREED,
        DISAGREED,
        NOT_CHECKED
    }

    private final long everybody;
    private final long[] place;
    private long[] ids = new long[8];
    private long[] seen = new long[8];
    private long first;
    private int size;
    private boolean forgotten;

    /** @param subscribers 1 to 64 */
    Interleaving(int subscribers) {
        if (subscribers < 1 || subscribers > Long.SIZE) {
            throw new IllegalArgumentException(subscribers + " subscribers of a channel: 1 to 64 can be compared");
        }
        everybody = subscribers == Long.SIZE ? -1 : (1L << subscribers) - 1;
        place = new long[subscribers];
    }

    /**
     * Takes note of a message that this subscriber has not had before.
     *
     * @param fresh whether nobody can have seen it before
     */
    Order arrived(int subscriber, long id, boolean fresh) {
        long at = fresh ? -1 : find(id, place[subscriber]);
        if (at < 0) {
            if (!fresh && forgotten) {
                return Order.NOT_CHECKED;
            }
            at = append(id);
        }
        if (at < place[subscriber]) {
            at = putBehind(at, place[subscriber] - 1);
        }
        seen[index(at)] |= 1L << subscriber;
        boolean agreed = at >= place[subscriber];
        if (agreed) {
            place[subscriber] = at + 1;
        }
        while (size > 0 && seen[index(first)] == everybody) {
            first++;
            size--;
        }
        return agreed ? Order.AGREED : Order.DISAGREED;
    }

    /**
     * The log is only one of the orders in which all can have happened: of two messages that nobody has seen both of, either may be the
     * first. So the message, and whatever somebody has seen after it or after one of those, is put behind the last one that the subscriber
     * has seen; it stays ahead of that only if that is among them, and then the two disagree. (The affected region of Pearce and Kelly's
     * dynamic topological sort, 2007.)
     *
     * @return where the message lies now
     */
    private long putBehind(long at, long last) {
        int length = (int) (last - at) + 1;
        boolean[] after = new boolean[length];
        long by = seen[index(at)];
        after[0] = true;
        for (int i = 1; i < length; i++) {
            long others = seen[index(at + i)];
            after[i] = (others & by) != 0;
            by |= after[i] ? others : 0;
        }
        long[] movedIds = new long[length];
        long[] movedSeen = new long[length];
        int before = 0;
        for (boolean part : new boolean[] {false, true}) {
            for (int i = 0; i < length; i++) {
                if (after[i] == part) {
                    movedIds[before] = ids[index(at + i)];
                    movedSeen[before++] = seen[index(at + i)];
                }
            }
        }
        long was = ids[index(at)];
        long now = at;
        for (int i = 0; i < length; i++) {
            ids[index(at + i)] = movedIds[i];
            seen[index(at + i)] = movedSeen[i];
            now = movedIds[i] == was ? at + i : now;
        }
        for (int each = 0; each < place.length; each++) {
            if (place[each] > at && place[each] <= last + 1) {
                place[each] = lastSeen(each, at, last) + 1;
            }
        }
        return now;
    }

    private long lastSeen(int subscriber, long from, long to) {
        long at = to;
        while (at >= from && (seen[index(at)] & 1L << subscriber) == 0) {
            at--;
        }
        return at;
    }

    private long find(long id, long from) {
        long end = first + size;
        for (long at = Math.max(first, from); at < end; at++) {
            if (ids[index(at)] == id) {
                return at;
            }
        }
        for (long at = first; at < Math.min(from, end); at++) {
            if (ids[index(at)] == id) {
                return at;
            }
        }
        return -1;
    }

    private long append(long id) {
        if (size == ids.length) {
            if (size < LONGEST) {
                grow();
            } else {
                forgotten = true;
                first++;
                size--;
            }
        }
        long at = first + size++;
        ids[index(at)] = id;
        seen[index(at)] = 0;
        return at;
    }

    private void grow() {
        long[] widerIds = Arrays.copyOf(ids, ids.length * 2);
        long[] widerSeen = Arrays.copyOf(seen, seen.length * 2);
        for (long at = first; at < first + size; at++) {
            int to = (int) (at % widerIds.length);
            widerIds[to] = ids[index(at)];
            widerSeen[to] = seen[index(at)];
        }
        ids = widerIds;
        seen = widerSeen;
    }

    private int index(long at) {
        return (int) (at % ids.length);
    }
}
