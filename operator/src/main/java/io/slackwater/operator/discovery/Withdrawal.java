package io.slackwater.operator.discovery;

import io.slackwater.zookeeper.PublicationException;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes away what was published of a cluster, and tries until that is done or it is closed. Safe for use by several threads; no method blocks. */
public final class Withdrawal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Withdrawal.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Target target;
    private final @Nullable Thread publishing;
    private final Thread thread;
    private volatile boolean done;
    private volatile boolean closed;
    private volatile String trouble = "ZooKeeper has not answered yet";

    /** Begins, for what nobody here has published. */
    public Withdrawal(Target target) {
        this(target, null);
    }

    /** @param publishing what has to end first */
    Withdrawal(Target target, @Nullable Thread publishing) {
        this.target = target;
        this.publishing = publishing;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("slackwater-zookeeper-end-" + target.cluster())
                .start(this::run);
    }

    /** Whether all of it is gone. */
    public boolean done() {
        return done;
    }

    /** Why not, so far; one sentence. */
    public String trouble() {
        return trouble;
    }

    /** Where it was. */
    public Target target() {
        return target;
    }

    /** Gives up. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        try (CuratorFramework client = target.ensemble().open()) {
            if (publishing != null) {
                publishing.join();
            }
            while (!done && !closed) {
                try {
                    target.publication(client).remove();
                    done = true;
                    LOG.info("cluster={} is withdrawn from ZooKeeper", target.cluster());
                } catch (PublicationException e) {
                    trouble = String.valueOf(e.getMessage());
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("cluster={} is left in ZooKeeper", target.cluster());
        }
    }
}
