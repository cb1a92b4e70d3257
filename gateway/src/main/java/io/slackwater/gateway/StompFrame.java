package io.slackwater.gateway;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One STOMP frame.
 *
 * @param command e.g. {@code SEND}
 * @param headers unescaped; of a header that is repeated the first counts, as STOMP 1.2 says
 * @param body the bytes as they came, not copied; empty when there is none
 */
record StompFrame(String command, Map<String, String> headers, byte[] body) {
    private static final byte[] NO_BODY = new byte[0];

    static StompFrame of(String command, Map<String, String> headers) {
        return new StompFrame(command, headers, NO_BODY);
    }

    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    /** A header without which the frame means nothing. */
    String required(String name) {
        String value = headers.get(name);
        if (value == null) {
            throw new StompException(ErrorKind.PROTOCOL, command + " needs a header '" + name + "'");
        }
        return value;
    }

    /** Headers may hold a passcode, so only the command and the sizes are shown. */
    @Override
    public String toString() {
        return command + "[" + headers.size() + " headers, " + body.length + " bytes]";
    }
}
