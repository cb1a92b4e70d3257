package io.slackwater.client;

import io.slackwater.ring.handover.PublishLedger.Account;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One publish of the application, from the call to its outcome. It is its own task for the publishing thread, where all but its
 * making happens.
 */
final class Publish extends WireCommand implements Runnable {
    final int slot;
    /** By {@link System#nanoTime()}. */
    final long startedAt;

    private final Publishing publishing;
    private final CompletableFuture<Long> result = new CompletableFuture<>();
    private @Nullable Account account;

    Publish(Publishing publishing, String channel, int channelBytes, byte[] payload, int slot, long startedAt) {
        super(channel, channelBytes, payload);
        this.publishing = publishing;
        this.slot = slot;
        this.startedAt = startedAt;
    }

    CompletableFuture<Long> result() {
        return result;
    }

    @Override
    public void run() {
        publishing.route(this);
    }

    /** It is about to be written: from here on its outcome is entered in the node's account. */
    void enterIn(Account node) {
        account = node;
    }

    @Override
    void replied(long receivers) {
        if (account != null) {
            account.replied(slot, receivers);
        }
        publishing.settled(this);
        publishing.answered(this, receivers);
        if (result.complete(receivers)) {
            publishing.metrics().published(receivers, startedAt);
        }
    }

    @Override
    void refused(String error) {
        publishing.settled(this);
        fail(new NotSentException("the server refused the publish: " + error));
    }

    @Override
    void lost() {
        if (account != null) {
            account.unknown(slot);
        }
        publishing.settled(this);
        fail(new OutcomeUnknownException("the connection ended before the reply of the publish came"));
    }

    /** No reply in time. The reply may still come, and then goes into the books, but the caller is told now. */
    void overdue() {
        fail(new OutcomeUnknownException("no reply to the publish within the publish time-out"));
    }

    /** It will not be written. */
    void notSent(String why) {
        publishing.settled(this);
        fail(new NotSentException(why));
    }

    private void fail(RuntimeException failure) {
        if (result.completeExceptionally(failure)) {
            if (failure instanceof NotSentException) {
                publishing.metrics().notSent();
            } else {
                publishing.metrics().outcomeUnknown();
            }
        }
    }
}
