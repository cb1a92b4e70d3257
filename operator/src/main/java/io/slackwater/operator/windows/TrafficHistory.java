package io.slackwater.operator.windows;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The operator's own record of a cluster's traffic: the mean rate of each ten minutes of the last days. Bounded: what is older than the
 * lookback is forgotten as it goes on. Not safe for use by several threads at once.
 *
 * <p>Time is cut into bins of ten minutes that begin at whole tens of minutes in UTC. The bin of the latest sample is running, those
 * before it are whole. A bin without a sample is unknown, which is not the same as no traffic.
 *
 * <p>Clocks jump. A jump ahead leaves unknown bins. A sample from before the running bin means that the clock was ahead: all bins after
 * that sample's are forgotten, and the record goes on from there. A jump ahead by more than the lookback leaves nothing: what was
 * known is then as old as it would be after an operator has been away for so long.
 */
public final class TrafficHistory {
    /** Length of a bin. */
    public static final Duration BIN = Duration.ofMinutes(10);

    /** Shortest lookback. */
    public static final Duration SHORTEST = Duration.ofDays(1);

    /** Longest lookback. */
    public static final Duration LONGEST = Duration.ofDays(28);

    /** Lookback when none is asked for. */
    public static final Duration DEFAULT_LOOKBACK = Duration.ofDays(7);

    static final int BIN_SECONDS = (int) BIN.toSeconds();

    /** Mean of each whole bin in messages per second, NaN when unknown; bin b is at b modulo the length. */
    private final float[] means;

    private Running running = Running.NONE;

    /**
     * The bin of the latest sample.
     *
     * @param bin number of the bin: its start in seconds since 1970, divided by 600
     * @param sum of its samples, in messages per second
     * @param count of its samples; 0 when there has been no sample ever
     * @param peak highest of what {@link #rate} was at its samples, NaN when it was never known
     */
    record Running(long bin, double sum, long count, double peak) {
        static final Running NONE = new Running(0, 0, 0, Double.NaN);

        double mean() {
            return count == 0 ? Double.NaN : sum / count;
        }
    }

    /**
     * An empty one.
     *
     * @param lookback {@link #SHORTEST} to {@link #LONGEST}; parts of ten minutes are left out
     * @throws IllegalArgumentException it is out of bounds; the message is a sentence
     */
    public TrafficHistory(Duration lookback) {
        this(bins(lookback));
    }

    private TrafficHistory(int bins) {
        means = new float[bins];
        Arrays.fill(means, Float.NaN);
    }

    /** For the codec: {@code wholeBins} are those before the running one, oldest first. */
    TrafficHistory(Running running, float[] wholeBins) {
        this(wholeBins.length);
        this.running = running;
        for (int i = 0; i < wholeBins.length; i++) {
            means[slot(running.bin - wholeBins.length + i)] = wholeBins[i];
        }
    }

    /**
     * Adds a sample.
     *
     * @param messagesPerSecond the rate of late, 0 or more
     * @throws IllegalArgumentException the rate is negative or not a finite number; nothing is added
     */
    public void record(Instant at, double messagesPerSecond) {
        if (!(messagesPerSecond >= 0 && messagesPerSecond <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("a rate of " + messagesPerSecond
                    + " messages per second is none: it must be a finite number, 0 or more");
        }
        goTo(bin(at));
        running = new Running(running.bin, running.sum + messagesPerSecond, running.count + 1, running.peak);
        double rate = rate(at).orElse(Double.NaN);
        double peak = Double.isNaN(running.peak) ? rate : Math.max(running.peak, Double.isNaN(rate) ? 0 : rate);
        running = new Running(running.bin, running.sum, running.count, peak);
    }

    /** How far back it remembers. */
    public Duration lookback() {
        return BIN.multipliedBy(means.length);
    }

    /** How many of the whole bins before this time, as far back as the lookback, are known. */
    public int knownBins(Instant now) {
        return known(now, means.length).length;
    }

    /**
     * The traffic of late in messages per second: the mean over the twenty minutes before this time, made of the running bin, the whole bin
     * before it and what the twenty minutes cover of the one before that. Empty when less than ten of these minutes are known.
     */
    public OptionalDouble rate(Instant now) {
        long bin = bin(now);
        long elapsed = now.getEpochSecond() - bin * BIN_SECONDS;
        double weights = 0;
        double sum = 0;
        for (int back = 0; back <= 2; back++) {
            double mean = mean(bin - back);
            long weight = back == 0 ? elapsed : back == 1 ? BIN_SECONDS : BIN_SECONDS - elapsed;
            if (!Double.isNaN(mean)) {
                weights += weight;
                sum += weight * mean;
            }
        }
        return weights < BIN_SECONDS ? OptionalDouble.empty() : OptionalDouble.of(sum / weights);
    }

    /** The same with another lookback; what is older than that is not in it. */
    public TrafficHistory withLookback(Duration lookback) {
        float[] whole = new float[bins(lookback)];
        for (int i = 0; i < whole.length; i++) {
            long bin = running.bin - whole.length + i;
            whole[i] = running.count == 0 ? Float.NaN : (float) mean(bin);
        }
        return new TrafficHistory(running, whole);
    }

    /** As bytes: 39 and four for each bin of the lookback, so 4,071 for a week. */
    public byte[] encode() {
        return TrafficHistoryCodec.encode(this);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws TrafficHistoryFormatException the bytes are something else, damaged, or of another version: begin an empty one instead
     */
    public static TrafficHistory decode(byte[] bytes) throws TrafficHistoryFormatException {
        return TrafficHistoryCodec.decode(bytes);
    }

    /** Number of the bin that a time is in. */
    static long bin(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), (long) BIN_SECONDS);
    }

    /** When a bin begins. */
    static Instant start(long bin) {
        return Instant.ofEpochSecond(bin * BIN_SECONDS);
    }

    Running running() {
        return running;
    }

    /** Means of the whole bins before the running one, oldest first, NaN for unknown ones. */
    float[] wholeBins() {
        float[] whole = new float[means.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = means[slot(running.bin - whole.length + i)];
        }
        return whole;
    }

    /** Mean of a bin in messages per second, of the running one as far as it has come; NaN when unknown. */
    double mean(long bin) {
        if (running.count == 0 || bin > running.bin || bin < running.bin - means.length) {
            return Double.NaN;
        }
        return bin == running.bin ? running.mean() : means[slot(bin)];
    }

    /** What is known of the whole bins before this time, at most so many back, ascending by rate. */
    double[] known(Instant now, int bins) {
        long end = bin(now);
        double[] known = new double[Math.min(bins, means.length)];
        int count = 0;
        for (long bin = end - known.length; bin < end; bin++) {
            double mean = mean(bin);
            if (!Double.isNaN(mean)) {
                known[count++] = mean;
            }
        }
        double[] ascending = Arrays.copyOf(known, count);
        Arrays.sort(ascending);
        return ascending;
    }

    /** Makes this bin the running one. */
    private void goTo(long bin) {
        if (bin == running.bin && running.count > 0) {
            return;
        }
        if (running.count == 0 || Math.abs(bin - running.bin) > means.length) {
            Arrays.fill(means, Float.NaN);
            running = new Running(bin, 0, 0, Double.NaN);
            return;
        }
        if (bin > running.bin) {
            means[slot(running.bin)] = (float) running.mean();
            forget(running.bin + 1, bin);
            running = new Running(bin, 0, 0, Double.NaN);
            return;
        }
        double mean = mean(bin);
        forget(bin, running.bin);
        running = Double.isNaN(mean) ? new Running(bin, 0, 0, Double.NaN) : new Running(bin, mean, 1, Double.NaN);
    }

    private void forget(long from, long end) {
        for (long bin = from; bin < end; bin++) {
            means[slot(bin)] = Float.NaN;
        }
    }

    private int slot(long bin) {
        return Math.floorMod(bin, means.length);
    }

    static int bins(Duration lookback) {
        if (lookback.compareTo(SHORTEST) < 0 || lookback.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a lookback of " + Durations.text(lookback) + " is out of bounds: write "
                    + Durations.text(SHORTEST) + " to " + Durations.text(LONGEST));
        }
        return (int) lookback.dividedBy(BIN);
    }
}
