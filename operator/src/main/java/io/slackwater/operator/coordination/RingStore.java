package io.slackwater.operator.coordination;

import io.slackwater.ring.Ring;
import org.jspecify.annotations.Nullable;

/** Where the ring is persisted: one value with compare-and-set. Called from one thread; may block up to 10 s a call. */
public interface RingStore {
    /**
     * @return what is stored, null when nothing is
     * @throws StoreException when that cannot be known now; worth another try
     */
    @Nullable
    Stored read() throws StoreException;

    /**
     * Stores the ring if nobody has written since {@code expected} was read.
     *
     * @param expected null when nothing may be stored yet
     * @return what is stored now
     * @throws ConflictException when somebody else has written since
     * @throws StoreException when the outcome is not known: read again
     */
    Stored write(Ring ring, @Nullable Stored expected) throws ConflictException, StoreException;

    /**
     * A stored ring.
     *
     * @param version opaque, changes with every write
     */
    record Stored(Ring ring, String version) {}

    /** Somebody else has written. */
    final class ConflictException extends Exception {
        private static final long serialVersionUID = 1L;

        public ConflictException(String message) {
            super(message);
        }
    }

    /** The store did not answer, or not understandably. */
    final class StoreException extends Exception {
        private static final long serialVersionUID = 1L;

        public StoreException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
