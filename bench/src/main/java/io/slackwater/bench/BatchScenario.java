package io.slackwater.bench;

import java.util.ArrayList;
import java.util.List;

/** The gap and the speed of our move against the number of slots of one handover. */
final class BatchScenario implements Scenario {
    private static final int UNLIMITED = 10_000_000;

    @Override
    public String name() {
        return "batch";
    }

    @Override
    public List<Row> run(boolean smoke) throws Exception {
        List<Row> rows = new ArrayList<>();
        Move.Size size = smoke ? new Move.Size(200, 1_000, 200) : new Move.Size(50_000, 5_000, 2_000);
        for (int slots : smoke ? new int[] {4_096} : new int[] {64, 256, 1_024, 4_096, 16_384}) {
            for (int rate :
                    smoke || slots > 256 ? new int[] {UNLIMITED} : new int[] {UNLIMITED, 20_000, 10_000, 5_000}) {
                String limit = rate == UNLIMITED ? "" : String.format(", %,d channels a second", rate);
                rows.add(Move.measure(
                        String.format("%,d slots a handover%s", slots, limit),
                        size,
                        deliveries -> new RingTier(2, 1, size.channels(), slots, rate, deliveries)));
            }
        }
        return rows;
    }
}
