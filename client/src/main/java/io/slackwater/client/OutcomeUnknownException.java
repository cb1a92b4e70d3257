package io.slackwater.client;

/** A publish was written to a server and its reply was not seen: it may or may not have reached the subscribers. */
public final class OutcomeUnknownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknownException(String message) {
        super(message);
    }
}
