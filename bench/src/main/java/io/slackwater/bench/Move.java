package io.slackwater.bench;

import java.util.concurrent.TimeUnit;

/** One move of all channels from one server to another under steady traffic, and what subscribers saw of it. */
final class Move {
    private static final int LONGEST_SECONDS = 150;

    private Move() {}

    /** Makes the tier that is measured. */
    interface Maker {
        Tier make(Deliveries deliveries) throws Exception;
    }

    /**
     * Sizes of a move.
     *
     * @param channels how many, one subscriber each
     * @param perSecond messages, over all channels
     * @param beforeMillis of traffic before the move begins; the usual latency is that of its second half
     */
    record Size(int channels, int perSecond, long beforeMillis) {}

    static Row measure(String subject, Size size, Maker maker) throws Exception {
        Deliveries deliveries = new Deliveries(size.channels(), size.perSecond() * LONGEST_SECONDS);
        long from;
        long to;
        long usual;
        long[] gaps;
        int fencedOff;
        try (Tier tier = maker.make(deliveries)) {
            tier.subscribe();
            try (Traffic traffic = new Traffic(deliveries, tier::publish, size.channels(), size.perSecond())) {
                Thread.sleep(size.beforeMillis());
                from = System.nanoTime();
                tier.move();
                to = System.nanoTime();
                fencedOff = tier.fencedOff();
                Thread.sleep(size.beforeMillis() / 2);
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            while (!deliveries.complete() && System.nanoTime() - deadline < 0) {
                Thread.sleep(10);
            }
            usual = deliveries.medianLatency(from - TimeUnit.MILLISECONDS.toNanos(size.beforeMillis() / 2), from);
            gaps = deliveries.gaps(from, to, usual, tier);
        }
        return new Row(subject)
                .with("lost", deliveries.lost())
                .with("duplicated", deliveries.duplicated())
                .with("reordered", deliveries.reordered())
                .with("failed", deliveries.failures())
                .with("fenced off", fencedOff)
                .with("gap p50, ms", Deliveries.millis(gaps, 0.5))
                .with("gap p99, ms", Deliveries.millis(gaps, 0.99))
                .with("gap max, ms", Deliveries.millis(gaps, 1))
                .with("move, s", (to - from) / 1e9)
                .with("channels/s", size.channels() / ((to - from) / 1e9));
    }
}
