package io.slackwater.bench;

import java.util.ArrayList;
import java.util.List;

/** Channels move under traffic: ours, Redis Cluster's sharded pub/sub in two ways, and the reload. */
final class MoveScenario implements Scenario {
    /** What a coordinator is given by default; see {@link BatchScenario}. */
    static final int SLOTS_PER_BATCH = 1_024;

    static final int UNLIMITED = 10_000_000;

    @Override
    public String name() {
        return "move";
    }

    @Override
    public List<Row> run(boolean smoke) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int channels : smoke ? new int[] {200} : new int[] {10_000, 50_000}) {
            Move.Size size = smoke ? new Move.Size(channels, 1_000, 200) : new Move.Size(channels, 5_000, 3_000);
            String suffix = String.format(", %,d channels", channels);
            Row ours = Move.measure(
                    "ours" + suffix,
                    size,
                    deliveries -> new RingTier(2, 1, channels, SLOTS_PER_BATCH, UNLIMITED, deliveries));
            Row slotwise = Move.measure(
                    "sharded, slot by slot" + suffix,
                    size,
                    deliveries -> new ShardedTier(channels, smoke ? 512 : 1, deliveries));
            Row batchwise = Move.measure(
                    "sharded, " + SLOTS_PER_BATCH + " slots at once" + suffix,
                    size,
                    deliveries -> new ShardedTier(channels, SLOTS_PER_BATCH, deliveries));
            Row reload = Move.measure("reload" + suffix, size, deliveries -> new ReloadTier(channels, deliveries));
            rows.addAll(List.of(ours, slotwise, batchwise, reload));
            rows.add(ratio("sharded, slot by slot ÷ ours" + suffix, slotwise, ours));
            rows.add(ratio("sharded, " + SLOTS_PER_BATCH + " at once ÷ ours" + suffix, batchwise, ours));
            rows.add(ratio("reload ÷ ours" + suffix, reload, ours));
        }
        return rows;
    }

    private static Row ratio(String subject, Row peer, Row ours) {
        Row row = new Row(subject);
        for (String figure : List.of("gap p50, ms", "gap p99, ms", "gap max, ms", "channels/s")) {
            row.with(figure, peer.get(figure) / ours.get(figure));
        }
        return row;
    }
}
