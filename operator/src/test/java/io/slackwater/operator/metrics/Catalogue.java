package io.slackwater.operator.metrics;

import io.slackwater.client.metrics.ClientMetric;
import io.slackwater.client.metrics.Metric;
import io.slackwater.gateway.GatewayMetric;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Every metric that one of the programs can show. */
public final class Catalogue {
    /** Those of operators. */
    public static final List<Metric> OPERATOR =
            Arrays.stream(OperatorMetric.values()).map(OperatorMetric::metric).toList();

    /** Those of clients, which gateways show too. */
    public static final List<Metric> CLIENT =
            Arrays.stream(ClientMetric.values()).map(ClientMetric::metric).toList();

    /** Those of gateways, without {@link #CLIENT}. */
    public static final List<Metric> GATEWAY =
            Arrays.stream(GatewayMetric.values()).map(GatewayMetric::metric).toList();

    private Catalogue() {}

    /** All of them. */
    public static Stream<Metric> all() {
        return Stream.of(OPERATOR, GATEWAY, CLIENT).flatMap(List::stream);
    }
}
