package io.slackwater.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.slackwater.client.ClientSettings;
import io.slackwater.client.MessageListener;
import io.slackwater.client.PubSub;
import io.slackwater.client.PubSubClient;
import io.slackwater.client.metrics.ClientMetric;
import io.slackwater.ring.Node.Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tier as the client library gives it. Each start of a gateway is a member of its own. */
final class ClientTier implements Tier {
    private final String cluster;
    private final String member;
    private final List<Address> seeds = new ArrayList<>();
    private final TierAccess access;
    private final int maxBodyBytes;
    private volatile @Nullable MeterRegistry meters;

    /**
     * @param seeds host:port each; IPv6 addresses in brackets
     * @param member what this member's name begins with
     * @throws IllegalArgumentException with a sentence, if the seeds cannot be used
     */
    ClientTier(String cluster, String member, List<String> seeds, TierAccess access, int maxBodyBytes) {
        this.access = access;
        this.cluster = cluster;
        this.member = member;
        this.maxBodyBytes = maxBodyBytes;
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException(
                    "there are no seeds: give --seeds or $SLACKWATER_SEEDS, as in node-0:6379,node-1:6379");
        }
        seeds.forEach(seed -> this.seeds.add(parse(seed.strip())));
        settings(null);
    }

    private static Address parse(String seed) {
        int colon = seed.lastIndexOf(':');
        String port = seed.substring(colon + 1);
        String host = colon < 0 ? "" : seed.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            host = "";
        }
        if (host.isEmpty()
                || !port.matches("[0-9]{1,5}")
                || Integer.parseInt(port) < 1
                || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException("seed '" + seed + "' is not host:port, as in node-0:6379 or [::1]:6379");
        }
        return new Address(host, Integer.parseInt(port));
    }

    private ClientSettings settings(@Nullable MeterRegistry registry) {
        var builder = ClientSettings.builder(cluster, seeds.toArray(Address[]::new))
                .memberPrefix(member)
                .maxPayloadBytes(maxBodyBytes);
        access.into(builder);
        return registry == null ? builder.build() : builder.meters(registry).build();
    }

    @Override
    public PubSub connect(MessageListener listener, MeterRegistry registry) {
        PubSub joined = PubSubClient.connect(settings(registry), listener);
        meters = registry;
        return joined;
    }

    /** Whether messages can come: the client has a subscribing connection to some node. */
    @Override
    public boolean isConnected() {
        MeterRegistry registry = meters;
        Gauge gauge = registry == null
                ? null
                : registry.find(ClientMetric.CONNECTIONS.metric().name())
                        .tag("role", "subscriber")
                        .gauge();
        return gauge != null && gauge.value() > 0;
    }
}
