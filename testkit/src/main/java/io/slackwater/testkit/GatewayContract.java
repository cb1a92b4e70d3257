package io.slackwater.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a gateway keeps the contract which the operator relies on (docs/gateways.md), by doing what the operator does. The gateway is
 * drained by it, and good for nothing afterwards. Not for use by several threads.
 */
public final class GatewayContract implements AutoCloseable {
    private static final int CONNECTIONS = 20;
    private static final int RATE = 10;
    private static final long SPREAD_MILLIS = 1000;
    private static final int RESTART = 1012;
    private static final Duration TIMEOUT = Duration.ofMillis(1500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern DELAY = Pattern.compile("; reconnect-after-ms=(\\d{1,9})$");

    private final URI webSocket;
    private final URI management;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final List<String> violations = new ArrayList<>();

    /**
     * Does not begin yet.
     *
     * @param webSocket where users connect, such as {@code ws://127.0.0.1:8080/stomp}
     * @param management where it is asked and told, such as {@code http://127.0.0.1:8081}
     */
    public GatewayContract(URI webSocket, URI management) {
        this.webSocket = webSocket;
        this.management = management;
    }

    /** Arguments: the two addresses of the constructor. Prints what is broken; the exit code is 0 when nothing is, 1 otherwise. */
    public static void main(String[] args) {
        if (args.length != 2) {
            System.err.println("write two addresses, such as ws://127.0.0.1:8080/stomp http://127.0.0.1:8081");
            System.exit(2);
        }
        try (GatewayContract contract = new GatewayContract(URI.create(args[0]), URI.create(args[1]))) {
            List<String> broken = contract.violations();
            broken.forEach(sentence -> System.out.println("broken: " + sentence));
            System.out.println(broken.isEmpty() ? "the contract is kept" : broken.size() + " points are broken");
            System.exit(broken.isEmpty() ? 0 : 1);
        }
    }

    /** What is broken, one sentence each; empty when the contract is kept. Takes some seconds; to be called once. */
    public List<String> violations() {
        expect(status("/healthz") / 100 == 2, "GET /healthz does not answer 2xx");
        expect(status("/readyz") / 100 == 2, "GET /readyz does not answer 2xx while it serves");
        String before = drain("GET", "");
        expect(text(before, "state").equals("serving"), "GET /drain does not say that the state is serving: " + before);
        long others = number(before, "remaining");
        expect(others >= 0, "GET /drain does not say how many connections are remaining: " + before);
        List<User> users = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            connect(users);
        }
        expect(users.size() == CONNECTIONS, "only " + users.size() + " of " + CONNECTIONS + " WebSockets were let in");
        expect(
                soon(() -> number(drain("GET", ""), "remaining") == others + users.size()),
                users.size() + " connections more do not show as remaining in GET /drain");
        expect(
                body("/metrics").lines().anyMatch(line -> line.startsWith("slackwater_gateway_connections")),
                "GET /metrics does not show slackwater_gateway_connections");
        patience(users);
        rate(users, others);
        users.forEach(user -> user.socket().abort());
        return List.copyOf(violations);
    }

    private void patience(List<User> users) {
        String patient =
                drain("POST", "?disconnectsPerSecond=" + RATE + "&patienceMillis=600000&reconnectSpreadMillis=0");
        expect(text(patient, "state").equals("patient"), "POST /drain with a patience does not lead to it: " + patient);
        expect(soon(() -> status("/readyz") == 503), "GET /readyz does not answer 503 while it drains");
        int before = users.size();
        connect(users);
        expect(users.size() == before, "a new WebSocket is let in during a drain");
        expect(users.stream().noneMatch(user -> user.closed.isDone()), "a client is closed while there is patience");
    }

    private void rate(List<User> users, long others) {
        long begun = System.nanoTime();
        drain("POST", "?disconnectsPerSecond=" + RATE + "&patienceMillis=0&reconnectSpreadMillis=" + SPREAD_MILLIS);
        for (User user : users) {
            try {
                Closed closed = user.closed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                expect(closed.code() == RESTART, "a client is closed with " + closed.code() + ", not with " + RESTART);
                Matcher delay = DELAY.matcher(closed.reason());
                expect(
                        delay.find() && Long.parseLong(delay.group(1)) <= SPREAD_MILLIS,
                        "a close reason does not end with ; reconnect-after-ms= and at most " + SPREAD_MILLIS + ": "
                                + closed.reason());
            } catch (TimeoutException e) {
                expect(false, "a client is not closed within " + PATIENCE.toSeconds() + " s at " + RATE + " a second");
            } catch (java.util.concurrent.ExecutionException e) {
                expect(false, "a client is cut off without a close frame");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        expect(
                users.size() <= RATE * (seconds + 1),
                users.size() + " clients are closed within " + Math.round(seconds * 10) / 10.0 + " s at " + RATE
                        + " a second");
        expect(
                others > 0 || soon(() -> text(drain("GET", ""), "state").equals("drained")),
                "GET /drain does not say drained when all are gone");
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds && !violations.contains(otherwise)) {
            violations.add(otherwise);
        }
    }

    private static boolean soon(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (condition.getAsBoolean()) {
                return true;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private int status(String path) {
        HttpResponse<String> response = exchange("GET", path);
        return response == null ? 0 : response.statusCode();
    }

    private String body(String path) {
        HttpResponse<String> response = exchange("GET", path);
        return response == null ? "" : response.body();
    }

    /** What it says; empty when that is no success. */
    private String drain(String method, String query) {
        HttpResponse<String> response = exchange(method, "/drain" + query);
        return response != null && response.statusCode() / 100 == 2
                ? response.body().strip()
                : "";
    }

    private @Nullable HttpResponse<String> exchange(String method, String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(management.resolve(path))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .timeout(TIMEOUT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** The answers are flat objects of numbers and words. */
    private static String text(String json, String field) {
        Matcher value =
                Pattern.compile("\"" + field + "\"\\s*:\\s*\"?([^\",}]*)").matcher(json);
        return value.find() ? value.group(1).strip() : "";
    }

    private static long number(String json, String field) {
        String text = text(json, field);
        return text.matches("\\d{1,9}") ? Long.parseLong(text) : -1;
    }

    private void connect(List<User> users) {
        User user = new User();
        try {
            user.opened = http.newWebSocketBuilder()
                    .subprotocols("v12.stomp")
                    .connectTimeout(PATIENCE)
                    .buildAsync(webSocket, user)
                    .join();
            users.add(user);
        } catch (CompletionException refused) {
            // The caller counts those who got in.
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }

    private record Closed(int code, String reason) {}

    private static final class User implements WebSocket.Listener {
        final CompletableFuture<Closed> closed = new CompletableFuture<>();
        private @Nullable WebSocket opened;

        WebSocket socket() {
            return java.util.Objects.requireNonNull(opened);
        }

        @Override
        public void onOpen(WebSocket socket) {
            socket.request(Long.MAX_VALUE);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(new Closed(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
