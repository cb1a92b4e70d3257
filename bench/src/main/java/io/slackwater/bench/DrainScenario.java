package io.slackwater.bench;

import io.slackwater.testkit.clients.ReturningClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One of two gateways goes and its clients come to the other: drained at a rate, drained without one, and killed. */
final class DrainScenario implements Scenario {
    private static final int NO_LIMIT = 1_000_000;
    private static final Duration SPREAD = Duration.ofSeconds(2);

    /** How the first gateway goes. */
    private interface Leaving {
        void begin(GatewayProcess gateway) throws Exception;
    }

    @Override
    public String name() {
        return "drain";
    }

    @Override
    public List<Row> run(boolean smoke) throws Exception {
        int clients = smoke ? 200 : 5_000;
        int rate = smoke ? 200 : 250;
        List<Row> rows = new ArrayList<>();
        try (RingTier tier =
                new RingTier(1, 1, 1, MoveScenario.SLOTS_PER_BATCH, MoveScenario.UNLIMITED, new Deliveries(1, 1))) {
            rows.add(measure("drain, " + rate + "/s", tier, clients, rate, gateway -> gateway.drain(rate, SPREAD)));
            if (!smoke) {
                rows.add(measure(
                        "drain, no limit", tier, clients, rate, gateway -> gateway.drain(NO_LIMIT, Duration.ZERO)));
            }
            rows.add(measure("close all", tier, clients, rate, GatewayProcess::kill));
        }
        return rows;
    }

    private static Row measure(String subject, RingTier tier, int count, int rate, Leaving leaving) throws Exception {
        try (GatewayProcess first = new GatewayProcess("127.76.0.1", tier.server(0));
                GatewayProcess second = new GatewayProcess("127.76.0.2", tier.server(0));
                ReturningClients clients = new ReturningClients(count, first.address(), second.address())) {
            leaving.begin(first);
            clients.awaitReturned();
            return new Row(subject)
                    .with("clients", count)
                    .with("told or cut off/s", clients.lostPerSecond())
                    .with("most back within a second", clients.busiestSecond())
                    .with("÷ " + rate + "/s", clients.busiestSecond() / (double) rate)
                    .with("median without a gateway, ms", clients.medianAbsenceMillis())
                    .with("refused", clients.refused());
        }
    }
}
