package io.slackwater.testkit.trial;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Some people who talk to each other through one gateway until they are told to go. Their rooms are on all nodes of the tier. Thread-safe. */
final class Talk implements AutoCloseable {
    private static final int PEOPLE = 20;
    private static final int ROOMS = 40;
    private static final int ROOMS_OF_ONE = 6;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration TO_CONNECT = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<Person> people = new ArrayList<>();
    private final AtomicLong received = new AtomicLong();

    /**
     * Begins.
     *
     * @param gateway such as {@code ws://127.0.0.1:8080/stomp}
     * @throws java.util.concurrent.CompletionException one of them was not let in
     */
    Talk(URI gateway) {
        for (int i = 0; i < PEOPLE; i++) {
            Person person = new Person(i);
            http.newWebSocketBuilder()
                    .subprotocols("v12.stomp")
                    .connectTimeout(TO_CONNECT)
                    .buildAsync(gateway, person)
                    .join();
            people.add(person);
        }
        AtomicLong next = new AtomicLong();
        clock.scheduleAtFixedRate(
                () -> people.get((int) (next.getAndIncrement() % PEOPLE)).say(),
                PAUSE.toMillis(),
                PAUSE.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Messages that reached somebody so far. */
    long received() {
        return received.get();
    }

    /** Whether the gateway has closed all connections. */
    boolean isOver() {
        return people.stream().allMatch(Person::isGone);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        http.shutdownNow();
        http.close();
    }

    private final class Person implements WebSocket.Listener {
        private final int number;
        private final StringBuilder text = new StringBuilder();
        private @Nullable WebSocket socket;
        private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
        private boolean connected;
        private boolean gone;
        private int said;

        Person(int number) {
            this.number = number;
        }

        @Override
        public synchronized void onOpen(WebSocket opened) {
            socket = opened;
            opened.request(Long.MAX_VALUE);
            send("CONNECT\naccept-version:1.2\nhost:training\nheart-beat:0,0\n\n\0");
        }

        @Override
        public synchronized @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                if (text.indexOf("CONNECTED") == 0) {
                    for (int i = 0; i < ROOMS_OF_ONE; i++) {
                        send("SUBSCRIBE\nid:" + i + "\nreceipt:s" + i + "\ndestination:" + room(i) + "\n\n\0");
                    }
                    connected = true;
                } else if (text.indexOf("MESSAGE") == 0) {
                    received.incrementAndGet();
                }
                text.setLength(0);
            }
            return null;
        }

        @Override
        public synchronized @Nullable CompletionStage<?> onClose(WebSocket by, int code, String reason) {
            connected = false;
            gone = true;
            return null;
        }

        @Override
        public synchronized void onError(WebSocket by, Throwable error) {
            connected = false;
            gone = true;
        }

        synchronized boolean isGone() {
            return gone;
        }

        /** Says something in one of its rooms. */
        synchronized void say() {
            if (connected) {
                said++;
                send("SEND\ndestination:" + room(said % ROOMS_OF_ONE) + "\nreceipt:m" + said + "\n\nline " + said
                        + " of " + number + "\0");
                if (said % ROOMS_OF_ONE == 0) {
                    send("UNSUBSCRIBE\nid:0\n\n\0");
                    send("SUBSCRIBE\nid:0\ndestination:" + room(0) + "\n\n\0");
                }
            }
        }

        private String room(int which) {
            return "/topic/room-" + (number * ROOMS_OF_ONE / 2 + which) % ROOMS;
        }

        /** One after the other: a socket refuses a text while it sends another one. */
        private void send(String frame) {
            WebSocket open = socket;
            if (open != null && !open.isOutputClosed()) {
                sent = sent.handle((done, failure) -> frame).thenCompose(text -> open.sendText(text, true));
            }
        }
    }
}
