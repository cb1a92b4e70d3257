package io.slackwater.client;

import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A PUBLISH on its way over one {@link PublisherLink}. It is the driver's command and encodes itself, so that nothing else is
 * allocated for it. Ends in exactly one of {@link #replied}, {@link #refused} and {@link #lost}. Only on the publishing thread.
 */
abstract class WireCommand implements RedisCommand<String, byte[], Long> {
    private static final byte[] HEAD = "*3\r\n$7\r\nPUBLISH\r\n$".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEXT = "\r\n$".getBytes(StandardCharsets.US_ASCII);
    private static final int END = '\r' << 8 | '\n';

    private final String channel;
    private final int channelBytes;
    private final byte[] payload;
    private @Nullable PublisherLink link;
    private boolean done;

    /** @param channelBytes how many bytes the channel has in UTF-8 */
    WireCommand(String channel, int channelBytes, byte[] payload) {
        this.channel = channel;
        this.channelBytes = channelBytes;
        this.payload = payload;
    }

    /** The server has handed it to so many subscribers. */
    abstract void replied(long receivers);

    /** The server has refused it, and handed it to nobody. */
    abstract void refused(String error);

    /** It was written, at least in part, and its reply will not come. */
    abstract void lost();

    final String channel() {
        return channel;
    }

    final int bytes() {
        return channelBytes + payload.length;
    }

    final void over(PublisherLink carrier) {
        this.link = carrier;
    }

    final void finish() {
        done = true;
    }

    @Override
    public final void encode(ByteBuf out) {
        out.ensureWritable(HEAD.length + bytes() + 32);
        out.writeBytes(HEAD);
        writeNumber(out, channelBytes);
        out.writeShort(END);
        ByteBufUtil.writeUtf8(out, channel);
        out.writeBytes(NEXT);
        writeNumber(out, payload.length);
        out.writeShort(END);
        out.writeBytes(payload);
        out.writeShort(END);
    }

    private static void writeNumber(ByteBuf out, int number) {
        if (number >= 10) {
            writeNumber(out, number / 10);
        }
        out.writeByte('0' + number % 10);
    }

    private PublisherLink link() {
        if (link == null) {
            throw new IllegalStateException("a PUBLISH was answered before it was sent");
        }
        return link;
    }

    @Override
    public final CommandOutput<String, byte[], Long> getOutput() {
        return link().output();
    }

    @Override
    public final void complete() {
        if (!done) {
            link().answered(this);
        }
    }

    @Override
    public final boolean completeExceptionally(Throwable failure) {
        if (done) {
            return false;
        }
        link().end("PUBLISH failed", failure);
        return true;
    }

    @Override
    public final void cancel() {
        if (!done) {
            link().end("the driver gave up a PUBLISH", null);
        }
    }

    @Override
    public final CommandArgs<String, byte[]> getArgs() {
        return new CommandArgs<>(PayloadCodec.INSTANCE).addKey(channel).addValue(payload);
    }

    @Override
    public final ProtocolKeyword getType() {
        return CommandType.PUBLISH;
    }

    @Override
    public final boolean isCancelled() {
        return false;
    }

    @Override
    public final boolean isDone() {
        return done;
    }

    @Override
    public final void setOutput(CommandOutput<String, byte[], Long> other) {
        throw new UnsupportedOperationException("the output belongs to the connection");
    }
}
