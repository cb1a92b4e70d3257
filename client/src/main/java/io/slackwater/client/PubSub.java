package io.slackwater.client;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Publish and subscribe on a tier of Redis servers between which channels move. All methods may be called from any thread and
 * none blocks, except {@link #close()}.
 *
 * <p>Channel names are 1 to {@link #MAX_CHANNEL_BYTES} bytes of UTF-8. A name that is empty or longer, and a payload above the
 * configured limit, is refused at the caller by an {@link IllegalArgumentException} that says so.
 */
public interface PubSub extends AutoCloseable {
    /** Bound of a channel name and of a pattern, in bytes of UTF-8. */
    int MAX_CHANNEL_BYTES = 1024;

    /**
     * Publishes once. The library never sends it again.
     *
     * @return the number of subscribers the server handed it to (patterns count each). Fails with {@link OutcomeUnknownException}
     *     when it was written but its reply was not seen, with {@link NotSentException} when it was not written within the
     *     publish time-out (the owner of the slot cannot be reached, or too many are waiting)
     */
    CompletionStage<Long> publish(String channel, byte[] payload);

    /**
     * Sets a mark in the channel: all its subscribers get it in {@link MessageListener#onMark} at the same place among the messages. It is a
     * publish, with the same outcomes. When the outcome is unknown, set one with another number: a mark that comes twice is no place.
     *
     * @return what {@link #publish} returns; failed with {@link UnsupportedOperationException} where there are no marks
     */
    default CompletionStage<Long> mark(String channel, Mark mark) {
        return CompletableFuture.failedStage(new UnsupportedOperationException("this tier has no marks"));
    }

    /**
     * Subscribes. Idempotent. Completes when every server that may send the channel has confirmed; from then on nothing that is
     * published in a planned move is missed. While a server is down it stays pending, and is kept up after reconnects until
     * {@link #unsubscribe}.
     */
    CompletionStage<Void> subscribe(Collection<String> channels);

    /** {@link #subscribe(Collection)} of one. */
    default CompletionStage<Void> subscribe(String channel) {
        return subscribe(List.of(channel));
    }

    /** Ends the subscriptions. Idempotent. Nothing of them is delivered any more once this returns a completed stage. */
    CompletionStage<Void> unsubscribe(Collection<String> channels);

    /** Subscribes to a glob pattern, on every server. Completes when all live ones have confirmed. */
    CompletionStage<Void> psubscribe(String pattern);

    /** Ends a pattern subscription. Idempotent. */
    CompletionStage<Void> punsubscribe(String pattern);

    /** Leaves the tier: reports the books, closes every connection. Waits at most the configured close time-out. Idempotent. */
    @Override
    void close();
}
