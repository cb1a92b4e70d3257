package io.slackwater.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntPredicate;

/**
 * Every message of a measurement: when it was sent, to which channel, when it came. One subscriber a channel; one thread sends; any
 * thread may report arrivals. Times are of {@link System#nanoTime()}.
 */
final class Deliveries {
    /** Of a payload, in bytes. */
    static final int PAYLOAD = 64;

    private final long[] sentAt;
    private final int[] channelOf;
    private final AtomicLongArray arrivedAt;
    private final AtomicIntegerArray lastOfChannel;
    private final AtomicIntegerArray state;
    private final AtomicInteger duplicated = new AtomicInteger();
    private final AtomicInteger reordered = new AtomicInteger();
    private final AtomicLong arrived = new AtomicLong();
    private volatile int sent;

    /**
     * @param channels how many channels
     * @param most how many messages may be sent
     */
    Deliveries(int channels, int most) {
        sentAt = new long[most];
        channelOf = new int[most];
        arrivedAt = new AtomicLongArray(most);
        state = new AtomicIntegerArray(most);
        lastOfChannel = new AtomicIntegerArray(channels);
        for (int channel = 0; channel < channels; channel++) {
            lastOfChannel.set(channel, -1);
        }
    }

    /** Number of the next message, now sent to this channel. */
    int next(int channel) {
        int number = sent;
        sentAt[number] = System.nanoTime();
        channelOf[number] = channel;
        sent = number + 1;
        return number;
    }

    static byte[] payload(int number) {
        return ByteBuffer.allocate(PAYLOAD).putInt(number).array();
    }

    /** The publish of this message failed, and its caller was told: it cannot be lost. */
    void failed(int number) {
        state.set(number, 1);
    }

    void arrived(byte[] payload) {
        arrived(ByteBuffer.wrap(payload).getInt());
    }

    private void arrived(int number) {
        if (!arrivedAt.compareAndSet(number, 0, System.nanoTime())) {
            duplicated.incrementAndGet();
            return;
        }
        arrived.incrementAndGet();
        if (lastOfChannel.getAndAccumulate(channelOf[number], number, Math::max) > number) {
            reordered.incrementAndGet();
        }
    }

    int sent() {
        return sent;
    }

    /** Whether everything that did not fail has arrived. */
    boolean complete() {
        return arrived.get() >= sent - failures();
    }

    int failures() {
        int count = 0;
        for (int number = 0; number < sent; number++) {
            count += state.get(number) == 1 && arrivedAt.get(number) == 0 ? 1 : 0;
        }
        return count;
    }

    int duplicated() {
        return duplicated.get();
    }

    int reordered() {
        return reordered.get();
    }

    int lost() {
        int lost = 0;
        for (int number = 0; number < sent; number++) {
            lost += isLost(number) ? 1 : 0;
        }
        return lost;
    }

    private boolean isLost(int number) {
        return arrivedAt.get(number) == 0 && state.get(number) == 0;
    }

    /** Median latency in nanoseconds of what was sent from one time to another and arrived. */
    long medianLatency(long from, long to) {
        long[] latencies = new long[sent];
        int count = 0;
        for (int number = 0; number < sent; number++) {
            if (sentAt[number] - from >= 0 && sentAt[number] - to < 0 && arrivedAt.get(number) != 0) {
                latencies[count++] = arrivedAt.get(number) - sentAt[number];
            }
        }
        Arrays.sort(latencies, 0, count);
        return count == 0 ? 0 : latencies[count / 2];
    }

    /** When the listener can hear a channel again, for messages that nobody heard. */
    interface BackAt {
        /** The time, 0 when it is not known. */
        long backAt(int channel);
    }

    /**
     * The gap of each channel that was sent anything in the window: the most that one of its messages took beyond {@code usual},
     * or, where a message was lost, the time until the channel could be heard again, whichever is longer.
     *
     * @return in nanoseconds, sorted
     */
    long[] gaps(long from, long to, long usual, BackAt back) {
        long[] worst = new long[lastOfChannel.length()];
        Arrays.fill(worst, -1);
        for (int number = 0; number < sent; number++) {
            if (sentAt[number] - from < 0 || sentAt[number] - to >= 0 || state.get(number) == 1) {
                continue;
            }
            int channel = channelOf[number];
            long until =
                    isLost(number) ? Math.max(back.backAt(channel), sentAt[number]) : arrivedAt.get(number) - usual;
            worst[channel] = Math.max(worst[channel], Math.max(0, until - sentAt[number]));
        }
        return Arrays.stream(worst).filter(gap -> gap >= 0).sorted().toArray();
    }

    /** For each channel chosen, the time from {@code event} to the first arrival of a message sent after it; absent ones as the time until now. */
    long[] recoveries(long event, IntPredicate chosen) {
        long[] first = new long[lastOfChannel.length()];
        for (int number = 0; number < sent; number++) {
            long at = arrivedAt.get(number);
            int channel = channelOf[number];
            if (at != 0 && sentAt[number] - event >= 0 && (first[channel] == 0 || at < first[channel])) {
                first[channel] = at;
            }
        }
        long now = System.nanoTime();
        long[] result = new long[first.length];
        int count = 0;
        for (int channel = 0; channel < first.length; channel++) {
            if (chosen.test(channel)) {
                result[count++] = (first[channel] == 0 ? now : first[channel]) - event;
            }
        }
        result = Arrays.copyOf(result, count);
        Arrays.sort(result);
        return result;
    }

    /** The value below which this share of the sorted values lies, in milliseconds. */
    static double millis(long[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.min(sorted.length - 1, (int) Math.ceil(share * sorted.length) - (share > 0 ? 1 : 0))]
                        / 1e6;
    }
}
