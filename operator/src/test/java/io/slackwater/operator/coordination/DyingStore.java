package io.slackwater.operator.coordination;

import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The store as a coordinator sees it whose process dies while it writes: that write never returns, and others see it or do not. */
final class DyingStore implements RingStore {
    private final RingStore store;
    private final Phase phase;
    private final boolean written;
    private final CountDownLatch dead = new CountDownLatch(1);

    /**
     * Dies at the first ring that has a handover in this phase.
     *
     * @param written whether that ring is still stored
     */
    DyingStore(RingStore store, Phase phase, boolean written) {
        this.store = store;
        this.phase = phase;
        this.written = written;
    }

    /** Counted down at the moment of death. */
    CountDownLatch dead() {
        return dead;
    }

    @Override
    public @Nullable Stored read() throws StoreException {
        return store.read();
    }

    @Override
    public Stored write(Ring ring, @Nullable Stored expected) throws ConflictException, StoreException {
        boolean dies = ring.handovers().stream().anyMatch(open -> open.phase() == phase);
        if (!dies || written) {
            Stored stored = store.write(ring, expected);
            if (!dies) {
                return stored;
            }
        }
        dead.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new StoreException("dead", new IllegalStateException("dead"));
    }
}
