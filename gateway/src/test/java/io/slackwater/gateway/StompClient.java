package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** A real WebSocket client of the JDK. Keeps what it gets in a queue; can stop reading. */
final class StompClient implements WebSocket.Listener {
    private static final int SECONDS = 10;

    /** What came: a frame, with the kind of WebSocket frame it came in. */
    record Received(StompFrame frame, boolean binary) {}

    /** How the connection ended. */
    record Closed(int code, String reason) {}

    final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
    final CompletableFuture<Closed> closed = new CompletableFuture<>();
    final AtomicInteger beats = new AtomicInteger();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final StompDecoder decoder =
            new StompDecoder(TestGateway.settings("--max-body-bytes=67108864").limits());
    private volatile boolean reading = true;
    private volatile @Nullable WebSocket socket;

    static StompClient open(HttpClient http, URI uri, String... subprotocols) {
        StompClient client = new StompClient();
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (subprotocols.length > 0) {
            String[] rest = new String[subprotocols.length - 1];
            System.arraycopy(subprotocols, 1, rest, 0, rest.length);
            builder.subprotocols(subprotocols[0], rest);
        }
        client.socket = builder.buildAsync(uri, client).join();
        return client;
    }

    WebSocket socket() {
        WebSocket found = socket;
        if (found == null) {
            throw new IllegalStateException("not open");
        }
        return found;
    }

    void send(String text) {
        socket().sendText(text, true).join();
    }

    void sendBinary(byte[] bytes) {
        socket().sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    void send(String command, Map<String, String> headers, String body) {
        send(new String(StompEncoder.encode(new StompFrame(command, headers, body.getBytes(UTF_8))), UTF_8));
    }

    /** Subscribes and waits for the receipt. */
    void subscribe(String id, String destination) {
        send("SUBSCRIBE", Map.of("id", id, "destination", destination, "receipt", "sub-" + id), "");
        Assertions.assertThat(expect("RECEIPT").header("receipt-id")).isEqualTo("sub-" + id);
    }

    /** The next frame, which must be of this command. */
    StompFrame expect(String command) {
        StompFrame frame = next().frame();
        Assertions.assertThat(frame.command())
                .as("frame with headers %s", frame.headers())
                .isEqualTo(command);
        return frame;
    }

    Received next() {
        try {
            Received next = received.poll(SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came within " + SECONDS + " s");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The ERROR's sentence, after which the connection must end with this code. */
    String expectError(int closeCode) {
        String sentence = String.valueOf(expect("ERROR").header("message"));
        Assertions.assertThat(expectClosed().code())
                .as("close code after '%s'", sentence)
                .isEqualTo(closeCode);
        return sentence;
    }

    Closed expectClosed() {
        return closed.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    void stopReading() {
        reading = false;
    }

    void resumeReading() {
        reading = true;
        socket().request(1);
    }

    void abort() {
        socket().abort();
    }

    private void more(WebSocket webSocket) {
        if (reading) {
            webSocket.request(1);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.writeBytes(data.toString().getBytes(UTF_8));
        if (last) {
            take(false);
        }
        more(webSocket);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        partial.writeBytes(bytes);
        if (last) {
            take(true);
        }
        more(webSocket);
        return null;
    }

    private void take(boolean binary) {
        StompFrame frame = decoder.decode(Unpooled.wrappedBuffer(partial.toByteArray()));
        partial.reset();
        if (frame == null) {
            beats.incrementAndGet();
        } else {
            received.add(new Received(frame, binary));
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(new Closed(statusCode, reason));
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }
}
