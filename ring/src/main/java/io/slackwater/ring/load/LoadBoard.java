package io.slackwater.ring.load;

import io.slackwater.ring.LoadReport;
import io.slackwater.ring.LoadReport.HotChannel;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.Slots;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What all members together have to do with each slot, from the last report of each. Rates are smoothed over about {@link
 * #SMOOTHING_MILLIS}, so that a moment's burst does not pass for load. Memory is bounded by {@link #MAX_REPORT_BYTES} and a few
 * numbers per slot. No clock: the time comes with each call, in milliseconds of a clock that does not jump. For one thread.
 */
public final class LoadBoard {
    /** Time constant of the smoothing. */
    public static final long SMOOTHING_MILLIS = 120_000;

    /** Deliveries a second, over all slots, from which on slots are placed by load. */
    public static final double SIGNIFICANT_PER_SECOND = 500;

    /** How much the reports may take, about, in bytes; beyond it members that are new are left out. */
    static final long MAX_REPORT_BYTES = 64 << 20;

    /** A member that has not reported for this long beyond the span of its last report is forgotten. */
    private static final long FORGET_MILLIS = 600_000;

    private static final int BYTES_PER_SLOT = 6;
    private static final int BYTES_PER_REPORT = 512;
    private static final int HOTTEST = 8;
    /** Deliveries are counted over this time, in seconds, so that slow slots do not round down to nothing. */
    private static final double SPAN_SECONDS = 1_000;

    private final Map<String, Entry> reports = new HashMap<>();
    private final double[] smoothed = new double[Slots.COUNT];
    private long bytes;
    private long leftOut;
    private long smoothedAt = Long.MIN_VALUE;

    private record Entry(LoadReport report, long at, int bytes) {}

    /**
     * A channel that has much to carry.
     *
     * @param name of the channel
     * @param deliveriesPerSecond about
     */
    public record Hot(String name, double deliveriesPerSecond) {}

    /**
     * What is known.
     *
     * @param slots smoothed deliveries in 1,000 seconds and subscriptions now
     * @param deliveriesPerSecond smoothed, over all slots
     * @param members how many have reported
     * @param hottest channels with the most deliveries, the hottest first; at most 8
     */
    public record Load(SlotLoad slots, double deliveriesPerSecond, int members, List<Hot> hottest) {
        /** Nobody has reported. */
        public static final Load NONE = new Load(SlotLoad.UNIFORM, 0, 0, List.of());

        public Load {
            hottest = List.copyOf(hottest);
        }

        /** Whether there is so much traffic that it is worth planning by: with less, a few channels would shape the whole ring. */
        public boolean significant() {
            return deliveriesPerSecond >= SIGNIFICANT_PER_SECOND;
        }

        /** What to plan by: the load, or while it is not {@link #significant()} slots as if they were all alike. */
        public SlotLoad planned() {
            return significant() ? slots : SlotLoad.UNIFORM;
        }

        /** Whether there is anything to go by. */
        public boolean known() {
            return members > 0;
        }
    }

    /** A member has reported. */
    public void accept(LoadReport report, long now) {
        Entry former = reports.remove(report.member());
        bytes -= former == null ? 0 : former.bytes();
        int[] busy = {0};
        report.forEachSlot((slot, deliveries, subscriptions) -> busy[0]++);
        int size = BYTES_PER_REPORT + BYTES_PER_SLOT * busy[0];
        if (bytes + size > MAX_REPORT_BYTES) {
            leftOut++;
            return;
        }
        bytes += size;
        reports.put(report.member(), new Entry(report, now, size));
    }

    /** Reports that were left out because there were too many. */
    public long leftOut() {
        return leftOut;
    }

    /** What is known now; smoothed on from the last call. */
    public Load load(long now) {
        reports.values().removeIf(entry -> {
            boolean old = now - entry.at() > entry.report().spanMillis() + FORGET_MILLIS;
            bytes -= old ? entry.bytes() : 0;
            return old;
        });
        if (reports.isEmpty()) {
            smoothedAt = Long.MIN_VALUE;
            return Load.NONE;
        }
        double[] rates = new double[Slots.COUNT];
        long[] subscriptions = new long[Slots.COUNT];
        for (Entry entry : reports.values()) {
            double perSecond = 1_000.0 / entry.report().spanMillis();
            entry.report().forEachSlot((slot, deliveries, subscribed) -> {
                rates[slot] += deliveries * perSecond;
                subscriptions[slot] += subscribed;
            });
        }
        smooth(rates, now);
        long[] deliveries = new long[Slots.COUNT];
        double sum = 0;
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            deliveries[slot] = Math.round(Math.min(smoothed[slot] * SPAN_SECONDS, SlotLoad.MAX_TOTAL / Slots.COUNT));
            sum += smoothed[slot];
        }
        return new Load(SlotLoad.of(deliveries, subscriptions), sum, reports.size(), hottest());
    }

    private void smooth(double[] rates, long now) {
        double weight = smoothedAt == Long.MIN_VALUE
                ? 1
                : 1 - Math.exp(-(double) Math.max(0, now - smoothedAt) / SMOOTHING_MILLIS);
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            smoothed[slot] += weight * (rates[slot] - smoothed[slot]);
        }
        smoothedAt = now;
    }

    private List<Hot> hottest() {
        Map<String, Double> rates = new HashMap<>();
        for (Entry entry : reports.values()) {
            for (HotChannel channel : entry.report().channels()) {
                rates.merge(
                        channel.name(),
                        channel.deliveries() * 1_000.0 / entry.report().spanMillis(),
                        Double::sum);
            }
        }
        return rates.entrySet().stream()
                .map(entry -> new Hot(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingDouble(Hot::deliveriesPerSecond)
                        .reversed()
                        .thenComparing(Hot::name))
                .limit(HOTTEST)
                .toList();
    }
}
