package io.slackwater.gateway;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Who is connected, and whether one more may be. Safe for all threads. */
final class ConnectionRegistry {
    /** Sockets that may be in their handshake at a time, beyond the sessions: they too cost memory. */
    static final int HANDSHAKES = 1024;

    private final Set<StompSession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger sockets = new AtomicInteger();
    private final AtomicInteger places = new AtomicInteger();
    private final int limit;
    private volatile boolean draining;

    ConnectionRegistry(int limit) {
        this.limit = limit;
    }

    /** Counts a new socket; false if it is one too many. Give it back in any case. */
    boolean socketOpened() {
        return sockets.incrementAndGet() <= limit + HANDSHAKES;
    }

    void socketClosed() {
        sockets.decrementAndGet();
    }

    /** Takes a place for a session; false if there is none. */
    boolean takePlace() {
        if (places.incrementAndGet() > limit) {
            places.decrementAndGet();
            return false;
        }
        return true;
    }

    void returnPlace() {
        places.decrementAndGet();
    }

    void add(StompSession session) {
        sessions.add(session);
    }

    void remove(StompSession session) {
        sessions.remove(session);
    }

    /** A live view. */
    Set<StompSession> sessions() {
        return sessions;
    }

    /** Sessions and those about to become one. */
    int connections() {
        return places.get();
    }

    /** From now on nobody new is let in. */
    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }
}
