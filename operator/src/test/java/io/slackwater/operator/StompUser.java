package io.slackwater.operator;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Somebody who subscribes to a channel through a gateway and sends to it. For one thread. */
final class StompUser implements WebSocket.Listener, AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private final AtomicLong received = new AtomicLong();
    private final WebSocket socket;

    @SuppressWarnings("this-escape")
    StompUser(URI uri, String channel) throws Exception {
        socket = http.newWebSocketBuilder()
                .subprotocols("v12.stomp")
                .connectTimeout(Duration.ofSeconds(10))
                .buildAsync(uri, this)
                .get(20, TimeUnit.SECONDS);
        send("CONNECT\naccept-version:1.2\nhost:test\n\n\0");
        connected.get(20, TimeUnit.SECONDS);
        send("SUBSCRIBE\nid:1\ndestination:/topic/" + channel + "\n\n\0");
    }

    void send(String frame) throws Exception {
        socket.sendText(frame, true).get(20, TimeUnit.SECONDS);
    }

    /** Messages that came. */
    long received() {
        return received.get();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        String text = data.toString();
        if (text.startsWith("CONNECTED")) {
            connected.complete(true);
        } else if (text.startsWith("MESSAGE")) {
            received.incrementAndGet();
        }
        from.request(1);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }
}
