package io.slackwater.gateway;

/** What a client did that ends its session. The message is a sentence for the client and goes into the ERROR frame. */
final class StompException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;

    StompException(ErrorKind kind, String sentence) {
        // No stack trace: it is the client's fault, not a defect, and a hostile client must not make it expensive.
        super(sentence, null, false, false);
        this.kind = kind;
    }

    ErrorKind kind() {
        return kind;
    }
}
