package io.slackwater.operator.coordination;

import io.slackwater.ring.Ring;
import org.jspecify.annotations.Nullable;

/** A ring store that lasts as long as its object: for benchmarks and tests without Kubernetes. Safe for use by many threads. */
public final class InMemoryRingStore implements RingStore {
    private @Nullable Stored stored;

    @Override
    public synchronized @Nullable Stored read() {
        return stored;
    }

    @Override
    public synchronized Stored write(Ring ring, @Nullable Stored expected) throws ConflictException {
        String has = stored == null ? "nothing" : stored.version();
        String wants = expected == null ? "nothing" : expected.version();
        if (!has.equals(wants)) {
            throw new ConflictException("version " + wants + " was expected and " + has + " is stored");
        }
        Stored next = new Stored(ring, Long.toString(stored == null ? 1 : Long.parseLong(stored.version()) + 1));
        stored = next;
        return next;
    }
}
