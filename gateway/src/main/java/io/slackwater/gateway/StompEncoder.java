package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.slackwater.client.Mark;
import java.io.ByteArrayOutputStream;

/** Writes STOMP 1.2 frames. */
final class StompEncoder {
    private StompEncoder() {}

    /** The whole frame, NUL included. A body gets its {@code content-length}; so NUL bytes in it do no harm. */
    static byte[] encode(StompFrame frame) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128 + frame.body().length);
        boolean escaped =
                !frame.command().equals("CONNECTED") && !frame.command().equals("CONNECT");
        StringBuilder head = new StringBuilder(128).append(frame.command()).append('\n');
        frame.headers().forEach((name, value) -> {
            appendHeaderText(head, name, escaped);
            head.append(':');
            appendHeaderText(head, value, escaped);
            head.append('\n');
        });
        if (frame.body().length > 0 && !frame.headers().containsKey("content-length")) {
            head.append("content-length:").append(frame.body().length).append('\n');
        }
        out.writeBytes(head.append('\n').toString().getBytes(UTF_8));
        out.writeBytes(frame.body());
        out.write(0);
        return out.toByteArray();
    }

    /** The start of every MESSAGE of one subscription; only the message's number is missing. */
    static byte[] messagePrefix(String subscriptionId, String destination) {
        StringBuilder head = new StringBuilder("MESSAGE\nsubscription:");
        appendHeaderText(head, subscriptionId, true);
        head.append("\ndestination:");
        appendHeaderText(head, destination, true);
        return head.append("\nmessage-id:").toString().getBytes(UTF_8);
    }

    /** The rest of a MESSAGE, the same for every subscription of its channel. */
    static void messageRest(ByteBuf out, byte[] payload) {
        ByteBufUtil.writeAscii(out, "\ncontent-length:" + payload.length + "\n\n");
        out.writeBytes(payload);
        out.writeByte(0);
    }

    /** The same for a mark: a header that names it, and no body. */
    static void markRest(ByteBuf out, Mark mark) {
        ByteBufUtil.writeAscii(out, "\n" + Marks.SET + ":" + mark.name() + "\ncontent-length:0\n\n\0");
    }

    private static void appendHeaderText(StringBuilder out, String text, boolean escaped) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (escaped ? c : ' ') {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case ':' -> out.append("\\c");
                case '\\' -> out.append("\\\\");
                default -> out.append(c);
            }
        }
    }
}
