package io.slackwater.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What goes out to one connection. WebSocket frames are written as bytes, because a fan-out that made objects of them would spend
 * its time there: the frames of one batch go into one buffer, only a large message is sent from the memory all its subscribers share.
 *
 * <p><b>Bounded.</b> The channel's high-water mark is {@code maxPendingBytes}. When it is reached, the socket is tried once
 * more; if it takes nothing, the consumer counts as slow, nothing is queued any more, and the session is told at the next
 * flush. So one connection holds at most {@code maxPendingBytes}, one batch and one message.
 *
 * <p>Belongs to the connection's event loop.
 */
final class Outbound {
    /** Up to here a copy costs less than another buffer in the socket's write. */
    private static final int COPIED = 1024;

    private static final int LARGEST_BATCH = 16 * 1024;
    private static final int SMALLEST_BATCH = 256;
    private static final int WEBSOCKET_HEADER = 10;
    private static final int LONGEST_NUMBER = 20;
    private static final byte[] END_OF_LINE = {'\n'};

    private final Channel channel;
    private final FlushBatch flushes;
    private final GatewayMetrics metrics;
    private final LongSupplier nanos;
    private final Runnable onSlow;
    private final byte[] digits = new byte[LONGEST_NUMBER];
    private @Nullable ByteBuf batch;
    private boolean binary;
    private boolean touched;
    private boolean slow;
    private boolean ended;
    private long messages;
    private long countedMessages;
    private long messageBytes;
    private long lastFlushNanos;

    /**
     * @param onSlow called once, from a flush, when the connection does not take what it is sent
     */
    Outbound(Channel channel, FlushBatch flushes, GatewayMetrics metrics, LongSupplier nanos, Runnable onSlow) {
        this.channel = channel;
        this.flushes = flushes;
        this.metrics = metrics;
        this.nanos = nanos;
        this.onSlow = onSlow;
        this.lastFlushNanos = nanos.getAsLong();
    }

    /** The client speaks in binary WebSocket frames and is answered in them. */
    void useBinary() {
        binary = true;
    }

    /** When something was last sent. */
    long lastFlushNanos() {
        return lastFlushNanos;
    }

    /** A MESSAGE, with the next message-id of this connection. */
    void message(byte[] prefix, SharedMessage message) {
        if (!admits()) {
            return;
        }
        int first = writeDigits(++messages);
        int own = prefix.length + digits.length - first;
        int length = own + message.length();
        boolean copied = message.length() <= COPIED;
        ByteBuf out = room(WEBSOCKET_HEADER + (copied ? length : own));
        webSocketHeader(out, message.isText() && !binary, length);
        out.writeBytes(prefix).writeBytes(digits, first, digits.length - first);
        ByteBuf rest = message.rest();
        if (copied) {
            out.writeBytes(rest, rest.readerIndex(), rest.readableBytes());
        } else {
            writeBatch();
            channel.write(rest.retainedDuplicate(), channel.voidPromise());
        }
        messageBytes += length;
        touch();
    }

    /** A frame of the server's own making: its text is UTF-8. */
    void frame(StompFrame frame) {
        text(StompEncoder.encode(frame));
    }

    /** STOMP's heart-beat. */
    void beat() {
        text(END_OF_LINE);
    }

    private void text(byte[] bytes) {
        if (!admits()) {
            return;
        }
        ByteBuf out = room(WEBSOCKET_HEADER + bytes.length);
        webSocketHeader(out, !binary, bytes.length);
        out.writeBytes(bytes);
        touch();
    }

    /** Whether the connection still takes something; the place where a slow consumer is found. */
    boolean admits() {
        if (slow || ended) {
            return false;
        }
        if (channel.isWritable()) {
            return true;
        }
        writeBatch();
        channel.flush();
        if (channel.isWritable()) {
            return true;
        }
        slow = true;
        touch();
        return false;
    }

    /** Sends what has been collected. */
    void flush() {
        touched = false;
        if (ended) {
            return;
        }
        writeBatch();
        channel.flush();
        lastFlushNanos = nanos.getAsLong();
        if (messages > countedMessages) {
            metrics.delivered(messages - countedMessages, messageBytes);
            countedMessages = messages;
            messageBytes = 0;
        }
        if (slow) {
            onSlow.run();
        }
    }

    /** Sends what has been collected and takes no more: what follows is the WebSocket close frame. */
    void end() {
        if (!ended) {
            writeBatch();
            ended = true;
        }
    }

    private void touch() {
        if (!touched) {
            touched = true;
            flushes.add(this);
        }
    }

    private ByteBuf room(int bytes) {
        ByteBuf current = batch;
        if (current != null && current.readableBytes() + bytes > LARGEST_BATCH) {
            writeBatch();
            current = null;
        }
        if (current == null) {
            current = channel.alloc().directBuffer(Math.max(SMALLEST_BATCH, bytes));
            batch = current;
        }
        return current;
    }

    private void writeBatch() {
        ByteBuf current = batch;
        if (current != null) {
            batch = null;
            channel.write(current, channel.voidPromise());
        }
    }

    private int writeDigits(long number) {
        int first = digits.length;
        long rest = number;
        do {
            digits[--first] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        return first;
    }

    /** RFC 6455, 5.2: one unfragmented frame from a server, which does not mask. */
    static void webSocketHeader(ByteBuf out, boolean text, int length) {
        out.writeByte(text ? 0x81 : 0x82);
        if (length < 126) {
            out.writeByte(length);
        } else if (length <= 0xFFFF) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
    }
}
