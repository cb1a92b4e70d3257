package io.slackwater.client;

/** A publish was not written to any server: nobody has received it, and it is safe to publish it again. */
public final class NotSentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotSentException(String message) {
        super(message);
    }
}
