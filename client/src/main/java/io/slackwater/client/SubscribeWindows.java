package io.slackwater.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Sends the subscriptions of one connection in the order in which they were asked for, a window at a time, and the next when the
 * server has confirmed every name of an earlier one. So however many there are, neither the server's output buffer nor its other
 * clients notice: a million SUBSCRIBEs at once overrun the one, a SUBSCRIBE of 300,000 blocks the others for 300 ms.
 *
 * <p>Confirmations come one per name, in the order of sending, so they are only counted.
 */
final class SubscribeWindows {
    /** The four commands. */
    enum Kind {
        SUBSCRIBE,
        UNSUBSCRIBE,
        PSUBSCRIBE,
        PUNSUBSCRIBE
    }

    /** Sends one command; says later, through {@link #refused}, when the server refuses it. */
    interface Sender {
        void send(Window window);
    }

    /** One command on its way. */
    static final class Window {
        final Kind kind;
        final List<String> names;
        private int unconfirmed;

        Window(Kind kind, List<String> names) {
            this.kind = kind;
            this.names = names;
            this.unconfirmed = names.size();
        }
    }

    private final int size;
    private final int inFlight;
    private final Sender sender;
    private final Deque<Batch> waiting = new ArrayDeque<>();
    private final Deque<Window> sent = new ArrayDeque<>();

    SubscribeWindows(int size, int inFlight, Sender sender) {
        this.size = size;
        this.inFlight = inFlight;
        this.sender = sender;
    }

    void add(Kind kind, List<String> names) {
        Batch last = waiting.peekLast();
        if (last == null || last.kind != kind) {
            last = new Batch(kind);
            waiting.addLast(last);
        }
        last.names.addAll(names);
        sendMore();
    }

    /** The server has confirmed one name. */
    void confirmed() {
        Window first = sent.peekFirst();
        if (first != null && --first.unconfirmed == 0) {
            sent.removeFirst();
            sendMore();
        }
    }

    /** The server has refused the command: none of its names will be confirmed. */
    void refused(Window window) {
        if (sent.remove(window)) {
            sendMore();
        }
    }

    private void sendMore() {
        Batch first;
        while (sent.size() < inFlight && (first = waiting.peekFirst()) != null) {
            Window window = new Window(first.kind, first.take(size));
            if (first.isEmpty()) {
                waiting.removeFirst();
            }
            sent.addLast(window);
            sender.send(window);
        }
    }

    /** Names of one kind, taken from the front. */
    private static final class Batch {
        private static final int COMPACT = 10_000;

        private final Kind kind;
        private final List<String> names = new ArrayList<>();
        private int from;

        Batch(Kind kind) {
            this.kind = kind;
        }

        List<String> take(int most) {
            int to = Math.min(names.size(), from + most);
            List<String> taken = List.copyOf(names.subList(from, to));
            from = to;
            if (from > COMPACT && from > names.size() / 2) {
                names.subList(0, from).clear();
                from = 0;
            }
            return taken;
        }

        boolean isEmpty() {
            return from == names.size();
        }
    }
}
