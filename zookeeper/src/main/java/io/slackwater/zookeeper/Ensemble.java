package io.slackwater.zookeeper;

import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;

/**
 * The servers of a ZooKeeper.
 *
 * @param connectString {@code HOST:PORT} of each, separated by commas, at most {@value #MAX_CONNECT_STRING} characters. Where in the
 *     tree a cluster is, is said by {@link Layout#path()} alone
 * @param sessionTimeout after which the servers take what is ephemeral away from a client that is silent, 1 s to 10 min; they may
 *     settle for another
 * @param connectTimeout for reaching one of the servers, 100 ms to 1 min
 */
public record Ensemble(String connectString, Duration sessionTimeout, Duration connectTimeout) {
    /** Bound of {@link #connectString()}, in characters. */
    public static final int MAX_CONNECT_STRING = 1024;

    private static final Pattern FORM = Pattern.compile(
            "SERVER(,SERVER)*".replace("SERVER", "([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):[1-9][0-9]{0,4}"));
    private static final int RETRIES = 3;
    private static final int FIRST_PAUSE_MILLIS = 100;
    private static final int LONGEST_PAUSE_MILLIS = 1_000;

    /** Sessions of 10 s, 3 s to connect. */
    public Ensemble(String connectString) {
        this(connectString, Duration.ofSeconds(10), Duration.ofSeconds(3));
    }

    public Ensemble {
        if (connectString.length() > MAX_CONNECT_STRING
                || !FORM.matcher(connectString).matches()) {
            throw new IllegalArgumentException("connectString \"" + connectString
                    + "\": must be HOST:PORT of each server, separated by commas, at most " + MAX_CONNECT_STRING
                    + " characters; for example zk-0.zk:2181,zk-1.zk:2181,zk-2.zk:2181");
        }
        between("sessionTimeout in ms", sessionTimeout.toMillis(), 1_000, 600_000);
        between("connectTimeout in ms", connectTimeout.toMillis(), 100, 60_000);
    }

    /**
     * A client of it, started, to be closed by the caller; one is enough for a process. Does not block, also when no server is there:
     * it goes on connecting until it is closed. Calls of it that do block fail after four times the connect time-out and 3 s at most.
     */
    public CuratorFramework open() {
        CuratorFramework client = CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs((int) sessionTimeout.toMillis())
                .connectionTimeoutMs((int) connectTimeout.toMillis())
                .retryPolicy(new BoundedExponentialBackoffRetry(FIRST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS, RETRIES))
                // The addresses that the servers know each other by need not be reachable from here.
                .ensembleTracker(false)
                .waitForShutdownTimeoutMs(0)
                .build();
        client.start();
        return client;
    }

    private static void between(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ": must be " + least + " to " + most);
        }
    }
}
