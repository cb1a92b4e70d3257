package io.slackwater.bench;

import java.util.List;
import java.util.Set;

/** One of three servers is killed: how long until its channels deliver again. */
final class FailoverScenario implements Scenario {
    @Override
    public String name() {
        return "failover";
    }

    @Override
    public List<Row> run(boolean smoke) throws Exception {
        int channels = smoke ? 100 : 500;
        int perSecond = smoke ? 1_000 : 5_000;
        Deliveries deliveries = new Deliveries(channels, perSecond * 60);
        try (RingTier tier =
                new RingTier(3, 3, channels, MoveScenario.SLOTS_PER_BATCH, MoveScenario.UNLIMITED, deliveries)) {
            tier.subscribe();
            Set<Integer> hit = tier.channelsOf(1);
            long killed;
            try (Traffic traffic = new Traffic(deliveries, tier::publish, channels, perSecond)) {
                Thread.sleep(smoke ? 200 : 2_000);
                killed = System.nanoTime();
                tier.kill(1);
                Thread.sleep(smoke ? 1_500 : 6_000);
            }
            long[] recoveries = deliveries.recoveries(killed, hit::contains);
            return List.of(new Row("ours")
                    .with("channels of the node", hit.size())
                    .with("p50, ms", Deliveries.millis(recoveries, 0.5))
                    .with("p99, ms", Deliveries.millis(recoveries, 0.99))
                    .with("max, ms", Deliveries.millis(recoveries, 1))
                    .with("publishes of unknown outcome", deliveries.failures())
                    .with("lost beyond those", deliveries.lost()));
        }
    }
}
