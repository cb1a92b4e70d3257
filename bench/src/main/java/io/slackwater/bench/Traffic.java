package io.slackwater.bench;

import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/** Publishes to all channels in turn, in an order drawn once, at a steady rate, on a thread of its own until it is closed. */
final class Traffic implements AutoCloseable {
    private static final long NAP_NANOS = 200_000;

    /** How a message goes out. */
    interface Publisher {
        CompletionStage<?> publish(int channel, byte[] payload);

        /** Sends what was kept back, if anything is. */
        default void flush() {}
    }

    private final Deliveries deliveries;
    private final Publisher publisher;
    private final int[] order;
    private final int perSecond;
    private final Thread thread;
    private volatile boolean ending;

    Traffic(Deliveries deliveries, Publisher publisher, int channels, int perSecond) {
        this.deliveries = deliveries;
        this.publisher = publisher;
        this.perSecond = perSecond;
        order = new int[channels];
        Random random = new Random(7);
        for (int i = 0; i < channels; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        thread = Thread.ofPlatform().name("traffic").daemon().start(this::send);
    }

    private void send() {
        long begin = System.nanoTime();
        for (long count = 0; !ending; count++) {
            long due = begin + count * 1_000_000_000L / perSecond;
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(NAP_NANOS);
            }
            int channel = order[(int) (count % order.length)];
            int number = deliveries.next(channel);
            publisher.publish(channel, Deliveries.payload(number)).whenComplete((reply, failure) -> {
                if (failure != null) {
                    deliveries.failed(number);
                }
            });
        }
    }

    @Override
    public void close() {
        ending = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
