package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slackwater.client.ClientSettings;
import io.slackwater.client.PubSubClient;
import io.slackwater.operator.coordination.TrafficChecker;
import io.slackwater.operator.coordination.TrafficChecker.Result;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.handover.HandoverSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Real clients that publish to a tier and count what arrives, while a scenario does something to its nodes. */
final class TierTraffic implements AutoCloseable {
    private static final int CLIENTS = 3;
    private static final int CHANNELS = 300;
    private static final int PER_SECOND = 300;
    private static final HandoverSettings PATIENT = new HandoverSettings(5_000, 1_000, 20_000, 20_000, 64 << 20, 4);

    private final TrafficChecker checker = new TrafficChecker(CLIENTS, CHANNELS);
    private final List<PubSubClient> clients = new ArrayList<>();

    private TierTraffic() {}

    /** Begins. Returns once messages flow. */
    static TierTraffic start(String cluster, List<Address> seeds) {
        TierTraffic traffic = new TierTraffic();
        for (int i = 0; i < CLIENTS; i++) {
            ClientSettings settings = ClientSettings.builder(cluster, seeds.toArray(Address[]::new))
                    .handover(PATIENT)
                    .build();
            traffic.clients.add(PubSubClient.connect(settings, traffic.checker.listener(i)));
        }
        traffic.checker.start(traffic.clients, PER_SECOND);
        await().atMost(Duration.ofSeconds(60)).until(() -> traffic.checker.published() > PER_SECOND);
        return traffic;
    }

    /** Ends the traffic. Every message has to be there, once and in order. */
    void assertNothingLost() throws InterruptedException {
        Result result = checker.stop(Duration.ofSeconds(30));
        assertThat(result)
                .as(result::toString)
                .returns(0L, Result::lost)
                .returns(0L, Result::duplicated)
                .returns(0L, Result::late)
                .returns(0, Result::disagreements)
                .returns(0L, Result::notSent)
                .returns(0L, Result::unknown);
        assertThat(result.delivered()).isEqualTo(result.counted()).isPositive();
    }

    @Override
    public void close() {
        clients.forEach(PubSubClient::close);
    }
}
