package io.slackwater.operator.gateways;

import io.slackwater.crds.PubSubGatewaySpec;
import io.slackwater.operator.windows.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a specification asks for, and the second look at it: an API server may have stored it before a rule was there. */
public final class GatewayWishes {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration WIDEST_SPREAD = Duration.ofHours(1);

    private static final int LEAST_OVER_MEAN = 105;
    private static final int MOST_OVER_MEAN = 200;
    private static final int HIGHEST_RATE = 100_000;

    /** What {@code slackwater/gateway} takes when nothing is said. */
    private static final int USUAL_CONNECTIONS = 20_000;

    private GatewayWishes() {}

    /** What is wrong, one sentence each; empty when it can be acted on. */
    public static List<String> refusals(PubSubGatewaySpec spec) {
        if (spec == null
                || spec.image() == null
                || spec.clusterRef() == null
                || spec.clusterRef().name() == null) {
            return List.of("spec.clusterRef.name or spec.image is missing: write both");
        }
        List<String> refusals = new ArrayList<>();
        if (spec.replicas() < 1 || spec.replicas() > PubSubGatewaySpec.MAX_REPLICAS) {
            refusals.add("spec.replicas is " + spec.replicas() + ": must be 1 to " + PubSubGatewaySpec.MAX_REPLICAS);
        }
        if (spec.drain().disconnectsPerSecond() < 1) {
            refusals.add("spec.drain.disconnectsPerSecond is " + spec.drain().disconnectsPerSecond()
                    + ": must be 1 or more");
        }
        check(refusals, "patience", spec.drain().patience(), Duration.ZERO, LONGEST);
        check(refusals, "timeout", spec.drain().timeout(), Duration.ofSeconds(1), LONGEST);
        check(refusals, "reconnectSpread", spec.drain().reconnectSpread(), Duration.ZERO, WIDEST_SPREAD);
        refuseRebalance(refusals, spec.rebalance());
        return refusals;
    }

    private static void refuseRebalance(List<String> refusals, PubSubGatewaySpec.@Nullable Rebalance rebalance) {
        if (rebalance == null) {
            return;
        }
        if (rebalance.maxOverMeanPercent() < LEAST_OVER_MEAN || rebalance.maxOverMeanPercent() > MOST_OVER_MEAN) {
            refusals.add("spec.rebalance.maxOverMeanPercent is " + rebalance.maxOverMeanPercent() + ": must be "
                    + LEAST_OVER_MEAN + " to " + MOST_OVER_MEAN);
        }
        if (rebalance.disconnectsPerSecond() < 1 || rebalance.disconnectsPerSecond() > HIGHEST_RATE) {
            refusals.add("spec.rebalance.disconnectsPerSecond is " + rebalance.disconnectsPerSecond()
                    + ": must be 1 to " + HIGHEST_RATE);
        }
    }

    private static void check(List<String> refusals, String field, String text, Duration least, Duration most) {
        try {
            Duration value = Durations.parse(text);
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                refusals.add("spec.drain." + field + " is " + text + ": must be " + Durations.text(least) + " to "
                        + Durations.text(most));
            }
        } catch (IllegalArgumentException e) {
            refusals.add("spec.drain." + field + ": " + e.getMessage());
        }
    }

    /** How clients are let go; the specification has no {@link #refusals}. */
    public static DrainSettings drain(PubSubGatewaySpec spec) {
        return new DrainSettings(
                Durations.parse(spec.drain().patience()),
                spec.drain().disconnectsPerSecond(),
                Durations.parse(spec.drain().timeout()),
                Durations.parse(spec.drain().reconnectSpread()));
    }

    /** How connections are moved to gateways that were added; null when they are not. The specification has no {@link #refusals}. */
    public static @Nullable SheddingSettings shedding(PubSubGatewaySpec spec) {
        return spec.rebalance() == null
                ? null
                : new SheddingSettings(
                        spec.rebalance().maxOverMeanPercent(), spec.rebalance().disconnectsPerSecond());
    }

    /**
     * What is asked for; the specification has no {@link #refusals}.
     *
     * @param replicas gateways asked for, whoever asks
     */
    public static WantedGateways wanted(PubSubGatewaySpec spec, int replicas) {
        return new WantedGateways(replicas, GatewayRevision.of(spec), drain(spec));
    }

    /** How many connections one gateway takes, as far as the specification says; otherwise what the gateway takes by itself. */
    public static int maxConnections(PubSubGatewaySpec spec) {
        String text = spec.env().get("SLACKWATER_MAX_CONNECTIONS");
        try {
            int most = text == null ? 0 : Integer.parseInt(text.trim());
            return most > 0 ? most : USUAL_CONNECTIONS;
        } catch (NumberFormatException e) { // the gateway says so itself
            return USUAL_CONNECTIONS;
        }
    }
}
