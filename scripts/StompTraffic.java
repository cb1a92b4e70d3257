import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Users of WebSocket gateways, in one file without a dependency: {@code java StompTraffic.java first URL} waits until a message has come back
 * through a gateway; {@code java StompTraffic.java traffic STOPFILE URL...} sends to 50 channels through the first and receives through
 * all of them until STOPFILE exists, then prints what was lost, duplicated and out of order, and fails if anything was.
 */
public final class StompTraffic {
    private static final int CHANNELS = 50;

    /** One connection that has logged in. */
    private static final class User implements WebSocket.Listener {
        final AtomicLong[] next = new AtomicLong[CHANNELS];
        final AtomicLong received = new AtomicLong();
        final AtomicLong lost = new AtomicLong();
        final AtomicLong again = new AtomicLong();
        final ConcurrentHashMap<String, CompletableFuture<Void>> receipts = new ConcurrentHashMap<>();
        final CompletableFuture<Void> connected = new CompletableFuture<>();
        final CompletableFuture<Void> first = new CompletableFuture<>();
        final StringBuilder partial = new StringBuilder();
        volatile String ended;
        WebSocket socket;

        static User connect(String url) throws Exception {
            User user = new User();
            for (int i = 0; i < CHANNELS; i++) {
                user.next[i] = new AtomicLong(-1);
            }
            user.socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("v12.stomp")
                    .connectTimeout(Duration.ofSeconds(2))
                    .buildAsync(URI.create(url), user)
                    .get(3, TimeUnit.SECONDS);
            user.send("CONNECT\naccept-version:1.2\nhost:test\n\n\0");
            user.connected.get(5, TimeUnit.SECONDS);
            return user;
        }

        synchronized void send(String frame) throws Exception {
            socket.sendText(frame, true).get(5, TimeUnit.SECONDS);
        }

        /** Sends a frame with a receipt and waits for that. */
        void confirmed(String frame, String receipt) throws Exception {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            receipts.put(receipt, answer);
            send(frame);
            answer.get(10, TimeUnit.SECONDS);
        }

        void subscribe(int channels) throws Exception {
            for (int i = 0; i < channels; i++) {
                confirmed("SUBSCRIBE\nid:" + i + "\ndestination:/topic/tide-" + i + "\nreceipt:s" + i + "\n\n\0", "s" + i);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                frame(partial.toString());
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            ended = "closed with " + code + " " + reason;
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            ended = error.toString();
        }

        private void frame(String frame) {
            if (frame.startsWith("CONNECTED")) {
                connected.complete(null);
            } else if (frame.startsWith("RECEIPT")) {
                CompletableFuture<Void> answer = receipts.remove(header(frame, "receipt-id"));
                if (answer != null) {
                    answer.complete(null);
                }
            } else if (frame.startsWith("MESSAGE")) {
                message(Integer.parseInt(header(frame, "subscription")), body(frame));
            } else if (frame.startsWith("ERROR")) {
                ended = header(frame, "message");
            }
        }

        /** Bodies of a channel are 0, 1, 2 … from one publisher. */
        private void message(int channel, String body) {
            received.incrementAndGet();
            first.complete(null);
            long number = Long.parseLong(body);
            long expected = next[channel].get() + 1;
            if (number < expected) {
                again.incrementAndGet(); // a duplicate, or too late
            } else {
                lost.addAndGet(number - expected);
                next[channel].set(number);
            }
        }

        private static String header(String frame, String name) {
            int at = frame.indexOf("\n" + name + ":");
            return at < 0 ? "" : frame.substring(at + name.length() + 2, frame.indexOf('\n', at + 1)).strip();
        }

        private static String body(String frame) {
            return frame.substring(frame.indexOf("\n\n") + 2, frame.lastIndexOf('\0'));
        }
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("first")) {
            first(args[1]);
        } else {
            traffic(Path.of(args[1]), List.of(args).subList(2, args.length));
        }
    }

    private static void first(String url) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (true) {
            try {
                User user = User.connect(url);
                user.subscribe(1);
                user.confirmed("SEND\ndestination:/topic/tide-0\nreceipt:m\n\n0\0", "m");
                user.first.get(5, TimeUnit.SECONDS);
                System.out.println("a message went through " + url);
                System.exit(0);
            } catch (Exception e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    private static void traffic(Path stop, List<String> urls) throws Exception {
        List<User> users = new ArrayList<>();
        for (String url : urls) {
            User user = User.connect(url);
            user.subscribe(CHANNELS);
            users.add(user);
        }
        System.out.println("traffic begins");
        long[] sent = new long[CHANNELS];
        long total = 0;
        List<String> problems = new ArrayList<>();
        while (!Files.exists(stop) && problems.isEmpty()) {
            int channel = (int) (total % CHANNELS);
            String receipt = "m" + total;
            try {
                users.getFirst()
                        .confirmed(
                                "SEND\ndestination:/topic/tide-" + channel + "\nreceipt:" + receipt + "\n\n" + sent[channel] + "\0",
                                receipt);
            } catch (Exception e) {
                problems.add("message " + total + " was not confirmed: " + e);
            }
            sent[channel]++;
            total++;
            Thread.sleep(2);
        }
        Thread.sleep(1_000); // the last messages are on their way
        long lost = 0;
        long again = 0;
        for (User user : users) {
            if (user.ended != null) {
                problems.add("a connection ended: " + user.ended);
            }
            again += user.again.get();
            lost += total - (user.received.get() - user.again.get());
        }
        System.out.printf(
                "%d messages confirmed, %d deliveries expected, %d lost, %d duplicated or out of order%n",
                total, total * users.size(), lost, again);
        problems.forEach(System.out::println);
        System.exit(lost == 0 && again == 0 && problems.isEmpty() && total > 0 ? 0 : 1);
    }
}
