package io.slackwater.client;

import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes one reply after the other: a connection decodes only that of its oldest command at a time. */
final class ReplyOutput extends CommandOutput<String, byte[], Long> {
    private long number;

    ReplyOutput() {
        super(PayloadCodec.INSTANCE, 0L);
    }

    @Override
    public void set(long integer) {
        number = integer;
    }

    @Override
    public void set(ByteBuffer bytes) {
        error = "ERR PUBLISH answered with text";
    }

    /** What the server said went wrong with the command just answered, or null. */
    @Nullable
    String takeError() {
        String taken = error;
        error = null;
        return taken;
    }

    long number() {
        return number;
    }
}
