package io.slackwater.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.crds.PubSubClusterStatus.Effective;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Measurements;
import io.slackwater.operator.coordination.Snapshot.NodeLoad;
import io.slackwater.operator.coordination.Snapshot.Rest;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.kube.TrafficRecords;
import io.slackwater.operator.migration.Shape;
import io.slackwater.operator.nodes.Pods;
import io.slackwater.operator.reconcile.ClusterWindows.WindowState;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for, look by look, by the operator's own measurements; the time is the test's. */
class ClusterAutoscalingTest {
    private static final Instant START = Instant.parse("2026-11-12T12:00:00Z");
    private static final Duration LOOK = Duration.ofSeconds(15);

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private Instant now = START;
    private ClusterAutoscaling autoscaling = begun();

    @AfterEach
    void end() {
        autoscaling.close();
        kubernetes.close();
    }

    @Test
    void without_autoscaling_the_specification_says_how_many() {
        PubSubCluster cluster = cluster("", null);
        assertThat(look(cluster, 6, 100)).isEqualTo(4);
        assertThat(autoscaling.status()).isNull();
    }

    @Test
    void it_scales_in_after_a_stabilisation_window_and_a_restart_begins_that_anew() {
        PubSubCluster cluster = cluster("minReplicas: 2, maxReplicas: 9", status(6, null));
        for (int look = 0; look < 20; look++) {
            assertThat(look(cluster, 6, 150)).as("look " + look).isEqualTo(6);
        }
        autoscaling.close();
        autoscaling = begun();
        for (int look = 0; look < 20; look++) {
            assertThat(look(cluster, 6, 150))
                    .as("look " + look + " after the restart")
                    .isEqualTo(6);
        }
        assertThat(look(cluster, 6, 150)).isEqualTo(2);
        assertThat(autoscaling.news()).extracting(notice -> notice.reason()).contains("Autoscaling");
    }

    @Test
    void a_scale_in_that_had_not_begun_is_decided_anew_and_a_scale_out_is_not() {
        PubSubCluster in = cluster("minReplicas: 2, maxReplicas: 9", status(6, 2));
        assertThat(look(in, 6, 150)).isEqualTo(6);
        autoscaling = begun();
        assertThat(autoscaling.look(in, snapshot(6, 150), null, OPEN, ClusterAutoscalingTest::later, now))
                .as("before anything is known")
                .isEqualTo(6);
        autoscaling = begun();
        PubSubCluster out = cluster("minReplicas: 2, maxReplicas: 9", status(6, 8));
        assertThat(autoscaling.look(out, snapshot(6, 750), null, OPEN, ClusterAutoscalingTest::later, now))
                .isEqualTo(8);
    }

    @Test
    void bounds_hold_at_once_and_a_trial_changes_nothing() {
        assertThat(look(cluster("minReplicas: 2, maxReplicas: 5", status(6, null)), 6, 600))
                .isEqualTo(5);
        autoscaling = begun();
        PubSubCluster trial = cluster("minReplicas: 2, maxReplicas: 9, dryRun: true", status(6, null));
        assertThat(look(trial, 4, 800)).isEqualTo(4);
        AutoscalingStatus told = autoscaling.status();
        assertThat(told).isNotNull();
        assertThat(told.desired()).as("twice as many at once").isEqualTo(8);
        assertThat(told.dryRun()).isTrue();
    }

    /** A change that waits for its window is not proposed anew at each look. */
    @ParameterizedTest
    @CsvSource({
        "8, 6, 9, 8, a little more is wanted than was asked for",
        "8, 6, 10, 10, clearly more is wanted",
        "8, 6, 7, 8, a little less",
        "8, 6, 6, 6, no change at all",
        "8, 6, 5, 5, the other way",
        "4, 6, 3, 4, a scale-in that waits stays as it is",
        "4, 6, 5, 5, unless more have to stay",
        "4, 6, 6, 6, or all"
    })
    void what_waits_stays_as_it_was_asked_for(int asked, int goal, int desired, int then, String because) {
        assertThat(TierAutoscaling.settled(asked, goal, desired)).as(because).isEqualTo(then);
    }

    @Test
    void a_node_that_is_not_measured_yet_is_no_idle_one() {
        PubSubCluster cluster = cluster("minReplicas: 2, maxReplicas: 9", status(6, null));
        for (int look = 0; look < 30; look++) {
            assertThat(look(cluster, 6, Double.NaN)).isEqualTo(6);
        }
        AutoscalingStatus told = autoscaling.status();
        assertThat(told).isNotNull();
        assertThat(told.limit()).isEqualTo("Metrics");
        assertThat(told.reason())
                .isEqualTo("hold at 6: messages has not been measured on every node yet, so nothing is scaled in");
    }

    private static final WindowState OPEN = new WindowState(true, "open", false, "");

    private static ClusterWindows.Later later() {
        return new ClusterWindows.Later(at -> true, ZoneOffset.UTC);
    }

    private int look(PubSubCluster cluster, int nodes, double messagesPerSecond) {
        Shape effective = new Shape(nodes, 160, 125, "r", 0);
        int asked = autoscaling.look(
                cluster, snapshot(nodes, messagesPerSecond), effective, OPEN, ClusterAutoscalingTest::later, now);
        now = now.plus(LOOK);
        return asked;
    }

    private ClusterAutoscaling begun() {
        return new ClusterAutoscaling(TierAutoscaling.begin(
                new ClusterSecrets(kubernetes.client()),
                TrafficRecords.ofNeeds(kubernetes.client()),
                LOOK,
                Runnable::run,
                () -> now));
    }

    /** At rest; NaN when the last node is not measured. */
    private static Snapshot snapshot(int nodes, double messagesPerSecond) {
        Map<String, Integer> slots = new TreeMap<>();
        for (int node = 0; node < nodes; node++) {
            slots.put("n" + node, 16_384 / nodes + (node < 16_384 % nodes ? 1 : 0));
        }
        Snapshot still = Pods.snapshot(slots);
        Map<String, NodeLoad> load = new HashMap<>();
        boolean known = !Double.isNaN(messagesPerSecond);
        still.nodes()
                .values()
                .forEach(node -> load.put(node.nodeId(), new NodeLoad(known ? messagesPerSecond / nodes : 1, 20)));
        if (!known) {
            load.remove("n0/r");
        }
        return new Snapshot(
                still.at(),
                still.ring(),
                true,
                still.nodes(),
                null,
                null,
                1,
                "",
                List.of(),
                100,
                new Rest(Set.copyOf(still.nodes().keySet()), PlannerSettings.DEFAULT, 0),
                new Measurements(load, Map.of(), Map.of(), Measurements.NONE.slots()),
                List.of());
    }

    private static PubSubClusterStatus status(int effective, @Nullable Integer desired) {
        AutoscalingStatus decided =
                desired == null ? null : new AutoscalingStatus(desired, "as before", "None", List.of(), false, "");
        return new PubSubClusterStatus(
                effective,
                "",
                0,
                "",
                null,
                0,
                List.of(),
                null,
                new Effective(effective, 160, 125, "r", 0, null),
                decided,
                List.of());
    }

    private static PubSubCluster cluster(String scaling, @Nullable PubSubClusterStatus status) {
        String autoscaling = scaling.isEmpty()
                ? ""
                : ", autoscaling: {" + scaling
                        + ", metrics: [{name: messages, source: MessagesPerSecond, target: 100}]}";
        PubSubCluster cluster = Serialization.unmarshal(
                "metadata: {name: chat, namespace: default, uid: u}\nspec: {replicas: 4, nodes: {image: redis}"
                        + autoscaling + "}",
                PubSubCluster.class);
        cluster.setStatus(status);
        return cluster;
    }
}
