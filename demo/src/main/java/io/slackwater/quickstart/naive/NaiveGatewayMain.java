package io.slackwater.quickstart.naive;

import io.micrometer.core.instrument.MeterRegistry;
import io.slackwater.client.MessageListener;
import io.slackwater.client.PubSub;
import io.slackwater.gateway.GatewayMain;
import io.slackwater.gateway.Tier;
import io.slackwater.ring.Node.Address;
import java.util.List;

/** The same gateway on the naive library. */
public final class NaiveGatewayMain {
    private NaiveGatewayMain() {}

    /** Starts a gateway. */
    public static void main(String[] args) {
        System.exit(GatewayMain.run(args, (cluster, member, seeds) -> new NaiveTier(seeds)));
    }

    private record NaiveTier(List<String> seeds) implements Tier {
        @Override
        public PubSub connect(MessageListener listener, MeterRegistry meters) {
            return NaivePubSub.connect(
                    seeds.stream()
                            .map(seed -> new Address(
                                    seed.substring(0, seed.lastIndexOf(':')),
                                    Integer.parseInt(seed.substring(seed.lastIndexOf(':') + 1))))
                            .toList(),
                    listener);
        }

        @Override
        public boolean isConnected() {
            return true;
        }
    }
}
