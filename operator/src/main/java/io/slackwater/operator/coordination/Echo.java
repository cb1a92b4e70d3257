package io.slackwater.operator.coordination;

import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells when all is heard that a server has sent so far: a word is published on one connection, and comes back on the one that listens, behind
 * everything that was published before it. Thread-safe.
 */
final class Echo {
    private final String channel;
    private final AtomicLong words = new AtomicLong();
    private final Map<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();

    /** @param channel that nobody but this process uses, and to which the listening connection is subscribed */
    Echo(String channel) {
        this.channel = channel;
    }

    String channel() {
        return channel;
    }

    /** Completes when the word is back; not at all when the listening connection hears nothing any more, so the caller sets a bound. */
    CompletableFuture<Void> call(StatefulRedisConnection<String, byte[]> commands) {
        String word = Long.toString(words.incrementAndGet());
        CompletableFuture<Void> back = new CompletableFuture<>();
        awaited.put(word, back);
        back.whenComplete((nothing, error) -> awaited.remove(word));
        commands.async()
                .publish(channel, word.getBytes(StandardCharsets.US_ASCII))
                .whenComplete((listeners, error) -> {
                    if (error != null) {
                        back.completeExceptionally(error);
                    }
                });
        return back;
    }

    /** Something has come on the channel. */
    void heard(byte[] message) {
        CompletableFuture<Void> back = awaited.get(new String(message, StandardCharsets.US_ASCII));
        if (back != null) {
            back.complete(null);
        }
    }
}
