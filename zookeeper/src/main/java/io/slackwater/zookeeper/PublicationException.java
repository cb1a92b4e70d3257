package io.slackwater.zookeeper;

/** ZooKeeper did not do what was asked of it, or the outcome is not known: worth another try. */
public final class PublicationException extends Exception {
    private static final long serialVersionUID = 1L;

    PublicationException(String message, Throwable cause) {
        super(message, cause);
    }

    PublicationException(String message) {
        super(message);
    }
}
