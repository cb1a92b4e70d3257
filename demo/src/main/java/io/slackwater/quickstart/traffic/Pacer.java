package io.slackwater.quickstart.traffic;

import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes at a rate, on a thread of its own: small bursts on channels drawn at random, because messages of one publisher that follow each
 * other closely are what a careless move gets out of order.
 */
public final class Pacer implements AutoCloseable {
    private static final long TICK_NANOS = 2_000_000;
    private static final int LONGEST_BURST = 3;
    /** After a pause no more than this is made up for. */
    private static final double MOST_BEHIND_SECONDS = 0.25;
    /** The rate grows to its full height in this time: processes that have just started are slow. */
    private static final double RAMP_SECONDS = 5;

    /** What publishes. */
    public interface Sink {
        /** Publishes one message on the channel. */
        void publish(int channel, SplittableRandom random);

        /** What was published is to leave now. */
        void flush();
    }

    private final Thread thread;
    private volatile boolean stopped;

    /**
     * Begins at once, slowly.
     *
     * @param perSecond messages a second after the first seconds, above 0
     */
    public Pacer(String name, double perSecond, int channels, long seed, Sink sink) {
        thread = new Thread(() -> run(perSecond, channels, new SplittableRandom(seed), sink), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(double perSecond, int channels, SplittableRandom random, Sink sink) {
        double due = 0;
        long began = System.nanoTime();
        long before = began;
        while (!stopped) {
            long now = System.nanoTime();
            double rate = perSecond * Math.min(1, (now - began) / 1e9 / RAMP_SECONDS);
            due = Math.min(due + (now - before) / 1e9 * rate, Math.max(1, MOST_BEHIND_SECONDS * rate));
            before = now;
            boolean any = due >= 1;
            while (due >= 1 && !stopped) {
                int channel = random.nextInt(channels);
                int burst = 1 + random.nextInt(LONGEST_BURST);
                for (int i = 0; i < burst; i++) {
                    sink.publish(channel, random);
                }
                due -= burst;
            }
            if (any) {
                sink.flush();
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    /** Stops; nothing is published any more when it returns. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
