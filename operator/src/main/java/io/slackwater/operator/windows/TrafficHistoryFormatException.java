package io.slackwater.operator.windows;

/** Bytes are no {@link TrafficHistory}; the message is a sentence that says why. */
public final class TrafficHistoryFormatException extends Exception {
    private static final long serialVersionUID = 1;

    TrafficHistoryFormatException(String message) {
        super(message);
    }
}
