package io.slackwater.operator.coordination;

import io.slackwater.client.MessageListener;
import io.slackwater.client.NotSentException;
import io.slackwater.client.PubSub;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Publishes and checks what arrives. Every client subscribes to every channel and publishes to every channel; each message carries
 * publisher, number within (publisher, channel) and the time. So every receiver can tell what it lacks, has twice or has late, and at the end
 * whether all of them saw one order per channel.
 *
 * <p>Use: a {@link #listener} for each client, {@link #start}, {@link #stop}.
 */
public final class TrafficChecker {
    private static final int PAYLOAD_BYTES = 20;
    private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final int channels;
    private final List<Receiver> receivers = new ArrayList<>();
    private final Set<Message> notSent = ConcurrentHashMap.newKeySet();
    private final Set<Message> unknown = ConcurrentHashMap.newKeySet();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong counted = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final long[][] numbers;
    private volatile boolean running = true;
    private @Nullable Thread thread;

    private record Message(int publisher, int channel, long number) {}

    /** @param channels how many channels, each on a slot of its own choosing */
    public TrafficChecker(int clients, int channels) {
        this.channels = channels;
        this.numbers = new long[clients][channels];
        for (int i = 0; i < clients; i++) {
            receivers.add(new Receiver(clients, channels));
        }
    }

    static String channel(int number) {
        return "chat." + number;
    }

    /** For the client of this number. */
    public MessageListener listener(int client) {
        return receivers.get(client);
    }

    /**
     * Subscribes, and begins to publish when that is confirmed.
     *
     * @param perSecond messages over all clients
     */
    public void start(List<? extends PubSub> clients, int perSecond) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            names.add(channel(i));
        }
        for (PubSub client : clients) {
            client.subscribe(names)
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
        }
        thread = Thread.ofPlatform().daemon().name("traffic").start(() -> publish(clients, perSecond));
    }

    private void publish(List<? extends PubSub> clients, int perSecond) {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        long began = System.nanoTime();
        long sent = 0;
        while (running) {
            long due = (long) ((System.nanoTime() - began) / 1e9 * perSecond);
            for (; sent < due; sent++) {
                send(clients, random.nextInt(clients.size()), random.nextInt(channels));
            }
            LockSupport.parkNanos(BEAT_NANOS);
        }
    }

    private void send(List<? extends PubSub> clients, int publisher, int channel) {
        Message message = new Message(publisher, channel, ++numbers[publisher][channel]);
        byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES)
                .putInt(publisher)
                .putLong(message.number())
                .putLong(System.nanoTime())
                .array();
        inFlight.incrementAndGet();
        published.incrementAndGet();
        clients.get(publisher).publish(channel(channel), payload).whenComplete((count, error) -> {
            if (error == null) {
                counted.addAndGet(count);
            } else if (cause(error) instanceof NotSentException) {
                notSent.add(message);
            } else {
                unknown.add(message);
            }
            inFlight.decrementAndGet();
        });
    }

    private static Throwable cause(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }

    /** How many messages were published so far. */
    public long published() {
        return published.get();
    }

    /** Ends the traffic, waits until what is under way has arrived, at most this long, and counts. */
    public Result stop(Duration patience) throws InterruptedException {
        running = false;
        if (thread != null) {
            thread.join();
        }
        long until = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < until && (inFlight.get() > 0 || deliveries() < counted.get())) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        long lost = 0;
        long duplicated = 0;
        long late = 0;
        long slowest = 0;
        for (Receiver receiver : receivers) {
            lost += receiver.lost(this);
            duplicated += receiver.duplicated.get();
            late += receiver.late.get();
            slowest = Math.max(slowest, receiver.slowest.get());
        }
        return new Result(
                published.get(),
                deliveries(),
                counted.get(),
                notSent.size(),
                unknown.size(),
                lost,
                duplicated,
                late,
                disagreements(),
                Duration.ofNanos(slowest));
    }

    private long deliveries() {
        return receivers.stream()
                .mapToLong(receiver -> receiver.delivered.get())
                .sum();
    }

    private int disagreements() {
        int disagreements = 0;
        for (int channel = 0; channel < channels; channel++) {
            Set<Long> orders = new HashSet<>();
            for (Receiver receiver : receivers) {
                orders.add(receiver.order(channel));
            }
            disagreements += orders.size() > 1 ? 1 : 0;
        }
        return disagreements;
    }

    /**
     * What was counted.
     *
     * @param published messages
     * @param delivered deliveries over all clients
     * @param counted sum of the replies to the publishes
     * @param notSent publishes that failed without being sent
     * @param unknown publishes whose outcome is not known
     * @param lost deliveries that are missing, those of failed publishes not counted
     * @param duplicated deliveries that came again
     * @param late deliveries that came after a later one of the same publisher and channel
     * @param disagreements channels of which two clients saw different orders
     * @param slowest longest time from publish to delivery
     */
    public record Result(
            long published,
            long delivered,
            long counted,
            long notSent,
            long unknown,
            long lost,
            long duplicated,
            long late,
            int disagreements,
            Duration slowest) {}

    /** One client's view. Its listener runs on one thread; the totals are read by others. */
    private static final class Receiver implements MessageListener {
        final AtomicLong delivered = new AtomicLong();
        final AtomicLong duplicated = new AtomicLong();
        final AtomicLong late = new AtomicLong();
        final AtomicLong slowest = new AtomicLong();
        private final long[][] highest;
        private final long[] orders;
        private final Map<String, Message> missing = new HashMap<>();

        Receiver(int publishers, int channels) {
            highest = new long[publishers][channels];
            orders = new long[channels];
        }

        @Override
        public synchronized void onMessage(String name, byte[] payload) {
            ByteBuffer in = ByteBuffer.wrap(payload);
            int publisher = in.getInt();
            long number = in.getLong();
            long taken = System.nanoTime() - in.getLong();
            int channel = Integer.parseInt(name.substring(name.indexOf('.') + 1));
            slowest.accumulateAndGet(taken, Math::max);
            orders[channel] = orders[channel] * 0x9E3779B97F4A7C15L + (number << 8 | publisher) + 1;
            long seen = highest[publisher][channel];
            if (number > seen) {
                for (long n = seen + 1; n < number; n++) {
                    missing.put(key(publisher, channel, n), new Message(publisher, channel, n));
                }
                highest[publisher][channel] = number;
            } else if (missing.remove(key(publisher, channel, number)) != null) {
                late.incrementAndGet();
            } else {
                duplicated.incrementAndGet();
            }
            delivered.incrementAndGet();
        }

        synchronized long order(int channel) {
            return orders[channel];
        }

        synchronized long lost(TrafficChecker all) {
            long lost = missing.values().stream()
                    .filter(m -> !all.notSent.contains(m) && !all.unknown.contains(m))
                    .count();
            for (int publisher = 0; publisher < highest.length; publisher++) {
                for (int channel = 0; channel < orders.length; channel++) {
                    for (long n = highest[publisher][channel] + 1; n <= all.numbers[publisher][channel]; n++) {
                        Message tail = new Message(publisher, channel, n);
                        lost += all.notSent.contains(tail) || all.unknown.contains(tail) ? 0 : 1;
                    }
                }
            }
            return lost;
        }

        private static String key(int publisher, int channel, long number) {
            return publisher + "/" + channel + "/" + number;
        }
    }
}
