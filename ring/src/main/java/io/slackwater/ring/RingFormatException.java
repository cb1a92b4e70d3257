package io.slackwater.ring;

/** Bytes that are not a ring this version can read; the message says in what way. The last good ring stays in force. */
public sealed class RingFormatException extends Exception permits KnownRings.UnknownBaseException {
    private static final long serialVersionUID = 1;

    public RingFormatException(String message) {
        super(message);
    }
}
