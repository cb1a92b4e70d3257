package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads STOMP 1.2 frames, one to a WebSocket message. Own code because the stream decoders that exist accept what 1.2 forbids
 * (unknown escapes, headers without a colon), which would reach other users.
 *
 * <p>Taken literally from the specification: EOL is LF or CR LF; header names and values are unescaped ({@code \r \n \c \\}, anything
 * else after a backslash is an error) except in CONNECT; a body without {@code content-length} ends at the first NUL. Lenient in one
 * place: a colon in a header's value need not be escaped.
 */
final class StompDecoder {
    private static final int LONGEST_COMMAND = 32;

    private final Limits limits;

    StompDecoder(Limits limits) {
        this.limits = limits;
    }

    /**
     * Reads all of {@code in}.
     *
     * @return the frame, or null for a heart-beat (nothing but EOLs)
     * @throws StompException when it is anything else; {@code in} is then left half read
     */
    @Nullable
    StompFrame decode(ByteBuf in) {
        skipEols(in);
        if (!in.isReadable()) {
            return null;
        }
        String command = line(in, LONGEST_COMMAND, "command");
        // STOMP 1.2: CONNECT and CONNECTED are not escaped, so that older peers can read them. STOMP is CONNECT by
        // another name.
        boolean escaped = !command.equals("CONNECT") && !command.equals("CONNECTED") && !command.equals("STOMP");
        Map<String, String> headers = headers(in, escaped);
        byte[] body = body(in, headers.get("content-length"));
        skipEols(in);
        if (in.isReadable()) {
            throw malformed(in.readableBytes() + " bytes follow the end of the " + shown(command)
                    + " frame: send each frame as a WebSocket message of its own");
        }
        return new StompFrame(command, headers, body);
    }

    private Map<String, String> headers(ByteBuf in, boolean escaped) {
        Map<String, String> headers = new LinkedHashMap<>();
        int count = 0;
        while (true) {
            String line = line(in, limits.maxHeaderBytes(), "header");
            if (line.isEmpty()) {
                return headers;
            }
            if (++count > limits.maxHeaders()) {
                throw new StompException(
                        ErrorKind.TOO_LARGE, "the frame has more than " + limits.maxHeaders() + " headers");
            }
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw malformed("header line '" + shown(line) + "' is not 'name:value'");
            }
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1);
            headers.putIfAbsent(escaped ? unescape(name) : name, escaped ? unescape(value) : value);
        }
    }

    private byte[] body(ByteBuf in, @Nullable String contentLength) {
        int length;
        if (contentLength == null) {
            length = in.bytesBefore((byte) 0);
            if (length < 0) {
                throw malformed("the frame does not end with a NUL byte: a frame is one whole WebSocket message");
            }
        } else {
            length = parseLength(contentLength);
            if (length >= in.readableBytes()) {
                throw malformed("content-length is " + length + " but only " + Math.max(0, in.readableBytes() - 1)
                        + " bytes and a NUL can follow");
            }
        }
        if (length > limits.maxBodyBytes()) {
            throw new StompException(
                    ErrorKind.TOO_LARGE, "the body has " + length + " bytes: the limit is " + limits.maxBodyBytes());
        }
        byte[] body = ByteBufUtil.getBytes(in, in.readerIndex(), length, true);
        in.skipBytes(length);
        if (in.readByte() != 0) {
            throw malformed("no NUL byte follows the " + length + " bytes of the body that content-length announced");
        }
        return body;
    }

    private static int parseLength(String text) {
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw malformed("content-length '" + shown(text) + "' is not a number of bytes");
        }
        return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(text));
    }

    /** Up to the next EOL, which is consumed. */
    private static String line(ByteBuf in, int max, String what) {
        int length = in.bytesBefore((byte) '\n');
        if (length < 0) {
            throw malformed("the " + what + " line does not end: a frame is one whole WebSocket message");
        }
        int start = in.readerIndex();
        in.skipBytes(length + 1);
        int end = length > 0 && in.getByte(start + length - 1) == '\r' ? length - 1 : length;
        if (end > max) {
            throw new StompException(
                    ErrorKind.TOO_LARGE, "a " + what + " line has " + end + " bytes: the limit is " + max);
        }
        if (in.indexOf(start, start + end, (byte) '\r') >= 0 || in.indexOf(start, start + end, (byte) 0) >= 0) {
            throw malformed("a " + what + " line contains a bare CR or a NUL");
        }
        if (!ByteBufUtil.isText(in, start, end, UTF_8)) {
            throw malformed("a " + what + " line is not UTF-8");
        }
        return in.toString(start, end, UTF_8);
    }

    private static String unescape(String text) {
        int slash = text.indexOf('\\');
        if (slash < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length()).append(text, 0, slash);
        for (int i = slash; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            i++;
            switch (i < text.length() ? text.charAt(i) : '\0') {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 'c' -> out.append(':');
                case '\\' -> out.append('\\');
                default ->
                    throw malformed("header '" + shown(text) + "' has a backslash that is not \\r, \\n, \\c or \\\\");
            }
        }
        return out.toString();
    }

    private static void skipEols(ByteBuf in) {
        while (in.isReadable()) {
            byte b = in.getByte(in.readerIndex());
            if (b == '\r' && in.readableBytes() > 1 && in.getByte(in.readerIndex() + 1) == '\n') {
                in.skipBytes(2);
            } else if (b == '\n') {
                in.skipBytes(1);
            } else {
                return;
            }
        }
    }

    private static StompException malformed(String sentence) {
        return new StompException(ErrorKind.MALFORMED, sentence);
    }

    /** A client's own text, short enough to be quoted back to it. */
    static String shown(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
