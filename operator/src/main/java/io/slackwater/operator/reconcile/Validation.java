package io.slackwater.operator.reconcile;

import io.slackwater.crds.DiscoverySpec;
import io.slackwater.crds.MigrationSpec;
import io.slackwater.crds.PubSubClusterSpec;
import io.slackwater.crds.RingSpec;
import io.slackwater.operator.discovery.Target;
import io.slackwater.operator.nodes.Directives;
import io.slackwater.operator.nodes.Wishes;
import io.slackwater.operator.prometheus.PrometheusAccess;
import io.slackwater.operator.scaling.TierKind;
import io.slackwater.operator.windows.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The second look at a specification: an API server may have stored it before a rule was there. */
final class Validation {
    /** Less is a burst, not a shift. */
    private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(10);

    private Validation() {}

    /** What is wrong, one sentence each; empty when it can be acted on. */
    static List<String> refusals(PubSubClusterSpec spec, Instant now) {
        if (spec == null || spec.nodes() == null || spec.nodes().image() == null) {
            return List.of("spec.nodes.image is missing: write an image, for example redis:8");
        }
        List<String> refusals = new ArrayList<>(Directives.refusals(spec.nodes().config()));
        if (spec.replicas() < 1 || spec.replicas() > PubSubClusterSpec.MAX_REPLICAS) {
            refusals.add("spec.replicas is " + spec.replicas() + ": must be 1 to " + PubSubClusterSpec.MAX_REPLICAS);
        }
        collect(refusals, () -> Wishes.planner(spec));
        collect(refusals, () -> rebalanceAfter(spec.ring()));
        collect(refusals, () -> Wishes.handover(spec.migration().limits()));
        refusals.addAll(ClusterWindows.settings(spec.migration()).refusals(now, null));
        MigrationSpec.LowTraffic low = spec.migration().lowTraffic();
        if (low != null && (low.prometheus() == null) != (low.query() == null)) {
            refusals.add(
                    "migration.lowTraffic: write both prometheus and query, or neither for the operator's own record");
        } else if (low != null && low.prometheus() != null) {
            String address = low.prometheus().address();
            collect(refusals, () -> PrometheusAccess.of(address, null, null));
        }
        DiscoverySpec discovery = spec.discovery();
        DiscoverySpec.ZooKeeper zookeeper = discovery == null ? null : discovery.zookeeper();
        if (zookeeper != null) {
            collect(refusals, () -> Target.of(zookeeper.connectString(), zookeeper.path(), "any"));
        }
        refusals.addAll(ScalingWishes.refusals(spec.autoscaling(), TierKind.NODES));
        return refusals;
    }

    private static void rebalanceAfter(RingSpec ring) {
        String text = ring.rebalanceAfter();
        if (!text.equals(RingSpec.NEVER) && Durations.parse(text).compareTo(SHORTEST_PATIENCE) < 0) {
            throw new IllegalArgumentException("ring.rebalanceAfter is " + text + ": at least "
                    + Durations.text(SHORTEST_PATIENCE) + ", or Never; slots would follow every burst");
        }
    }

    private static void collect(List<String> refusals, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            refusals.add(e.getMessage());
        }
    }
}
