package io.slackwater.client;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.output.CommandOutput;
import io.slackwater.ring.handover.Ack;
import io.slackwater.ring.handover.MemberAction.Connect;
import io.slackwater.ring.handover.MemberAction.LeaveBooks;
import io.slackwater.ring.handover.MemberEvent;
import io.slackwater.ring.handover.PublishLedger.Account;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A publishing connection. What is put in within one turn of the event loop is written with one flush, in its order; what was
 * written is answered in the same order, or is lost when the connection ends.
 */
final class PublisherLink extends ServerLink {
    private static final int MOST_PER_FLUSH = 256;

    private final Publishing publishing;
    private final Account account;
    private final ReplyOutput output = new ReplyOutput();
    private final Deque<WireCommand> unanswered = new ArrayDeque<>();
    private List<WireCommand> unwritten = new ArrayList<>();
    private boolean flushDue;
    private boolean closing;

    PublisherLink(
            Shared shared,
            Lane lane,
            Connect request,
            Consumer<MemberEvent> report,
            Publishing publishing,
            Account account) {
        super(shared, lane, request, report);
        this.publishing = publishing;
        this.account = account;
    }

    @Override
    CompletionStage<? extends StatefulRedisConnection<String, byte[]>> dial(RedisURI uri) {
        return lane.redis().connectAsync(PayloadCodec.INSTANCE, uri);
    }

    @Override
    CompletionStage<?> beforeRing() {
        return CompletableFuture.completedFuture(null);
    }

    boolean isUsable() {
        return isOpen() && !closing;
    }

    void publish(Publish publish) {
        publish.enterIn(account);
        put(publish);
    }

    void ack(String channel, Ack ack) {
        if (isUsable()) {
            put(new AckPublish(channel, ack, seen -> report(new MemberEvent.AckReplied(request.connection(), seen))));
        }
    }

    /** Tells the operator something. */
    void advise(String channel, byte[] report) {
        put(new ReportPublish(channel, report));
    }

    private void put(WireCommand command) {
        command.over(this);
        unwritten.add(command);
        if (unwritten.size() >= MOST_PER_FLUSH) {
            flush();
        } else if (!flushDue) {
            flushDue = true;
            // Runs after all that waits for this thread now: a burst becomes one write.
            lane.loop().execute(this::flush);
        }
    }

    private void flush() {
        flushDue = false;
        if (unwritten.isEmpty() || isEnded()) {
            return;
        }
        List<WireCommand> batch = unwritten;
        unwritten = new ArrayList<>();
        unanswered.addAll(batch);
        connection().dispatch(batch);
    }

    CommandOutput<String, byte[], Long> output() {
        return output;
    }

    /** The reply of the command is in the output. */
    void answered(WireCommand command) {
        heard();
        String error = output.takeError();
        if (unanswered.pollFirst() != command) {
            // Never seen; but a reply given to the wrong publish would falsify the books.
            end("replies are out of order", null);
            return;
        }
        command.finish();
        if (error == null) {
            command.replied(output.number());
        } else {
            command.refused(error);
        }
        if (closing && unanswered.isEmpty()) {
            super.close();
        }
    }

    /** Tells those who wait longer than the publish time-out. */
    void tellOverdue(long startedBefore) {
        for (WireCommand command : unanswered) {
            if (command instanceof Publish publish) {
                if (publish.startedAt - startedBefore >= 0) {
                    return;
                }
                publish.overdue();
            }
        }
    }

    @Override
    void ended() {
        publishing.ended(this);
        drop();
    }

    private void drop() {
        List<WireCommand> neverWritten = unwritten;
        unwritten = new ArrayList<>();
        WireCommand command;
        while ((command = unanswered.pollFirst()) != null) {
            command.finish();
            command.lost();
        }
        for (WireCommand one : neverWritten) {
            if (one instanceof Publish publish) {
                publishing.putBack(publish);
            }
        }
    }

    /** Ends the connection once everything written is answered, or has been waited for long enough; nothing is reported. */
    @Override
    void close() {
        reportNothing();
        flush();
        if (unanswered.isEmpty() || !isOpen()) {
            shutNow();
        } else if (!closing) {
            closing = true;
            lane.loop()
                    .schedule(this::shutNow, shared.settings().publishTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the connection at once; nothing is reported. */
    void shutNow() {
        if (!isEnded()) {
            super.close();
            drop();
        }
    }

    /** Leaves the books after all that was published; completes when the server has them, fails when that is not known. */
    CompletionStage<?> leave(LeaveBooks leave) {
        if (!isOpen()) {
            return CompletableFuture.failedFuture(new NotSentException("no connection to leave the books on"));
        }
        flush();
        RedisAsyncCommands<String, byte[]> redis = redis();
        redis.multi();
        Map<String, byte[]> perSlot = new HashMap<>();
        leave.perSlot()
                .forEach((slot, book) -> perSlot.put(
                        slot + ":" + shared.settings().member(),
                        (book.encode() + "," + leave.epoch()).getBytes(PayloadCodec.CHARSET)));
        if (!perSlot.isEmpty()) {
            redis.hset(shared.names().books(), perSlot);
        }
        leave.perHandover()
                .forEach((handover, book) -> redis.hset(
                        shared.names().booksOf(handover),
                        shared.settings().member(),
                        book.encode().getBytes(PayloadCodec.CHARSET)));
        redis.srem(shared.names().members(), memberName());
        return redis.exec();
    }
}
