package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.AbstractReferenceCounted;
import io.slackwater.client.Mark;
import org.jspecify.annotations.Nullable;

/**
 * One message of the tier, encoded once for all its subscribers: everything of the MESSAGE frame after the message-id's digits. Counted by
 * references, because the bytes lie outside the heap; each event loop it is handed to holds one.
 */
final class SharedMessage extends AbstractReferenceCounted {
    /** What the frame needs besides the payload: {@code content-length} and the NUL. */
    private static final int HEAD = 32;

    private final String channel;
    private final ByteBuf rest;
    private final boolean text;
    private final long arrivedNanos;
    private final @Nullable String markKey;

    SharedMessage(ByteBufAllocator allocator, String channel, byte[] payload, long arrivedNanos) {
        this.channel = channel;
        this.arrivedNanos = arrivedNanos;
        rest = allocator.directBuffer(payload.length + HEAD);
        StompEncoder.messageRest(rest, payload);
        text = ByteBufUtil.isText(rest, UTF_8);
        markKey = null;
    }

    /** A mark: for the subscriptions that know its key, and for nobody else. */
    SharedMessage(ByteBufAllocator allocator, String channel, Mark mark, long arrivedNanos) {
        this.channel = channel;
        this.arrivedNanos = arrivedNanos;
        rest = allocator.directBuffer();
        StompEncoder.markRest(rest, mark);
        text = true;
        markKey = mark.key();
    }

    /** Whether a subscription that looks for marks of this key, or for none, is to get it. */
    boolean isFor(@Nullable String key) {
        return markKey == null || markKey.equals(key);
    }

    String channel() {
        return channel;
    }

    /** Not to be changed, and its indexes not to be moved: all subscribers read it. */
    ByteBuf rest() {
        return rest;
    }

    int length() {
        return rest.readableBytes();
    }

    /** Whether it may travel in a WebSocket text frame. */
    boolean isText() {
        return text;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    @Override
    protected void deallocate() {
        rest.release();
    }

    @Override
    public SharedMessage touch(Object hint) {
        return this;
    }
}
