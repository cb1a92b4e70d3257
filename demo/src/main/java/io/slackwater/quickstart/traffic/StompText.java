package io.slackwater.quickstart.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** One STOMP frame as it came, read only as far as asked. Headers of this program's traffic need no unescaping. */
final class StompText {
    private final byte[] bytes;
    private final int length;

    StompText(byte[] bytes) {
        this.bytes = bytes;
        this.length = bytes.length;
    }

    /** The first line. */
    String command() {
        int end = 0;
        while (end < length && bytes[end] != '\n') {
            end++;
        }
        return new String(bytes, 0, end, UTF_8);
    }

    /** Whether the command begins with this character; enough to tell a server's frames apart. */
    boolean begins(char first) {
        return length > 0 && bytes[0] == first;
    }

    @Nullable
    String header(String name) {
        byte[] wanted = (name + ":").getBytes(UTF_8);
        int line = next(0);
        while (line < length && bytes[line] != '\n') {
            int end = next(line);
            if (startsWith(line, wanted)) {
                return new String(bytes, line + wanted.length, end - 1 - line - wanted.length, UTF_8);
            }
            line = end;
        }
        return null;
    }

    /** Where the body begins. It ends one before the last byte, which is NUL. */
    int body() {
        int line = next(0);
        while (line < length && bytes[line] != '\n') {
            line = next(line);
        }
        return Math.min(line + 1, length);
    }

    /** One after the body's last byte. */
    int bodyEnd() {
        int end = length;
        while (end > 0 && bytes[end - 1] != 0) {
            end--;
        }
        return Math.max(body(), end - 1);
    }

    private boolean startsWith(int at, byte[] wanted) {
        if (at + wanted.length > length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** The start of the next line. */
    private int next(int at) {
        int i = at;
        while (i < length && bytes[i] != '\n') {
            i++;
        }
        return i + 1;
    }
}
