package io.slackwater.operator.discovery;

import io.slackwater.ring.Ring;
import io.slackwater.zookeeper.Publication;
import io.slackwater.zookeeper.Publication.Outcome;
import io.slackwater.zookeeper.PublicationException;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the rings of one cluster in ZooKeeper: of those offered the latest, so that a slow ZooKeeper leaves some out and delays
 * nobody. What failed is tried again, and what is there is looked after from time to time, in case somebody has removed it. Safe for
 * use by several threads; no method blocks.
 */
public final class RingPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RingPublisher.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final Target target;
    private final Thread thread;
    private @Nullable Ring offered;
    private volatile long published;
    private volatile String trouble = "";
    private volatile boolean closed;

    /** Begins. */
    public RingPublisher(Target target) {
        this.target = target;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("slackwater-zookeeper-" + target.cluster())
                .start(this::run);
    }

    /** This one is to be published next, whatever was offered before. */
    public synchronized void offer(Ring ring) {
        if (ring != offered) {
            offered = ring;
            notifyAll();
        }
    }

    /** What keeps ZooKeeper from having the latest ring, one sentence; empty when nothing does, or nothing was tried yet. */
    public String trouble() {
        return trouble;
    }

    /** The epoch that ZooKeeper is known to have; 0 before the first. */
    public long published() {
        return published;
    }

    /** Publishes nothing any more; what is there stays. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    /** The same, and takes away what is there, once a write that is under way has ended. */
    public Withdrawal withdraw() {
        close();
        return new Withdrawal(target, thread);
    }

    private void run() {
        try (CuratorFramework client = target.ensemble().open()) {
            Publication publication = target.publication(client);
            Ring last = null;
            for (Duration pause = LOOK; !closed; ) {
                Ring ring = next(pause.equals(LOOK) ? last : null, pause);
                boolean well = publish(publication, ring);
                last = ring;
                pause = well ? LOOK : pause.equals(LOOK) ? FIRST_PAUSE : least(pause.multipliedBy(2), LONGEST_PAUSE);
                if (!well) {
                    Thread.sleep(pause);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("cluster={} is not published any more", target.cluster());
        } catch (RuntimeException e) {
            LOG.error("cluster={} publishing failed unexpectedly", target.cluster(), e);
            trouble = "the ring is not published in ZooKeeper: " + e;
        }
    }

    /** Another ring than the last one as soon as there is one, the same one after a while. */
    private synchronized Ring next(@Nullable Ring last, Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (true) {
            Ring now = offered;
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (now != null && (now != last || left <= 0)) {
                return now;
            }
            wait(now == null ? 0 : left);
        }
    }

    private boolean publish(Publication publication, Ring ring) throws InterruptedException {
        String failure;
        try {
            failure = switch (publication.publish(ring)) {
                case Outcome.Written written -> "";
                case Outcome.Unchanged unchanged -> "";
                case Outcome.Refused refused -> refused.reason();
            };
        } catch (PublicationException e) {
            failure = String.valueOf(e.getMessage());
        }
        if (failure.isEmpty()) {
            published = ring.epoch();
            if (!trouble.isEmpty()) {
                LOG.info("cluster={} epoch={} is published in ZooKeeper again", target.cluster(), ring.epoch());
            }
            trouble = "";
        } else {
            if (trouble.isEmpty()) {
                LOG.warn(
                        "cluster={} epoch={} is not published, trying on: {}", target.cluster(), ring.epoch(), failure);
            }
            trouble = "the ring is not published in ZooKeeper: " + failure;
        }
        return failure.isEmpty();
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
