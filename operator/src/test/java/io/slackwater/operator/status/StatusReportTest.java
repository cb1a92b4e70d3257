package io.slackwater.operator.status;

import static io.slackwater.operator.nodes.Pods.NOW;
import static io.slackwater.operator.nodes.Pods.empty;
import static io.slackwater.operator.nodes.Pods.notReady;
import static io.slackwater.operator.nodes.Pods.ready;
import static io.slackwater.operator.nodes.Pods.snapshot;
import static io.slackwater.operator.nodes.Pods.terminating;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.coordination.Snapshot.Rest;
import io.slackwater.operator.migration.LoadWatch.Findings;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.Pods;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.handover.Report.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the status says, and when it is written. */
class StatusReportTest {
    private static final List<ObservedPod> TWO = List.of(ready("a"), ready("b"));
    private static final Snapshot SERVING = snapshot(Map.of("a", 8192, "b", 8192));

    private final PubSubCluster cluster = Serialization.unmarshal(
            "apiVersion: slackwater.io/v1alpha1\nkind: PubSubCluster\nspec: {replicas: 2, nodes: {image: redis}}\n",
            PubSubCluster.class);

    StatusReportTest() {
        cluster.setMetadata(
                new ObjectMetaBuilder().withName("nearby").withGeneration(7L).build());
    }

    @Test
    void all_is_well() {
        PubSubClusterStatus status = StatusReport.of(cluster, TWO, SERVING, "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(status.replicas()).isEqualTo(2);
        assertThat(status.observedGeneration()).isEqualTo(7);
        assertThat(status.message()).isEqualTo("2 nodes serve");
        assertThat(status.selector())
                .isEqualTo("slackwater.io/cluster=nearby,slackwater.io/role=node,slackwater.io/serving=true");
        assertThat(states(status)).isEqualTo("Ready=True Balanced=True Migrating=False Upgrading=False Degraded=False");
    }

    @Test
    void before_the_first_ring_it_says_what_it_waits_for() {
        PubSubClusterStatus status =
                StatusReport.of(cluster, List.of(notReady("a")), empty(), "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(status.message()).isEqualTo("waiting for the first 2 nodes");
        assertThat(states(status))
                .isEqualTo("Ready=False Balanced=False Migrating=False Upgrading=False Degraded=False");
    }

    @Test
    void node_that_is_not_ready_makes_it_unready_and_degraded() {
        PubSubClusterStatus status = StatusReport.of(
                cluster, List.of(ready("a"), notReady("b")), SERVING, "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(states(status))
                .isEqualTo("Ready=False Balanced=False Migrating=False Upgrading=False Degraded=True");
        assertThat(status.message()).isEqualTo("b owns 8192 slots and is not ready");
    }

    @Test
    void balanced_is_who_has_left_but_for_the_object_of_a_dead_pod_and_not_who_is_leaving() {
        List<ObservedPod> three = List.of(ready("a"), ready("b"), terminating("c"));
        Snapshot leaving = snapshot(Map.of("a", 8192, "b", 8192, "c", 0));
        assertThat(states(StatusReport.of(cluster, three, leaving, "", StatusReport.Change.UNKNOWN, NOW)))
                .contains("Balanced=False");
        Snapshot dead = Pods.dead(leaving, "c", false);
        assertThat(states(StatusReport.of(cluster, three, dead, "", StatusReport.Change.UNKNOWN, NOW)))
                .contains("Balanced=True");
    }

    @Test
    void transition_time_moves_only_with_the_status() {
        cluster.setStatus(StatusReport.of(cluster, TWO, SERVING, "", StatusReport.Change.UNKNOWN, NOW));
        Instant later = NOW.plusSeconds(60);
        PubSubClusterStatus same = StatusReport.of(cluster, TWO, SERVING, "", StatusReport.Change.UNKNOWN, later);
        assertThat(same).isEqualTo(cluster.getStatus());
        PubSubClusterStatus changed = StatusReport.of(
                cluster, List.of(ready("a"), notReady("b")), SERVING, "", StatusReport.Change.UNKNOWN, later);
        assertThat(condition(changed, "Ready").getLastTransitionTime()).isEqualTo("2026-01-01T12:01:00Z");
        assertThat(condition(changed, "Migrating").getLastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
    }

    @Test
    void move_shows_progress_and_then_its_result() {
        PubSubClusterStatus running =
                StatusReport.of(cluster, TWO, moving(1024, null), "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(running.message()).isEqualTo("ScaleOut: 1024/4096 (25%), 1m5s left");
        assertThat(states(running))
                .isEqualTo("Ready=True Balanced=False Migrating=True Upgrading=False Degraded=False");
        assertThat(running.migration()).isNotNull();
        assertThat(running.migration().result()).isNull();
        PubSubClusterStatus done =
                StatusReport.of(cluster, TWO, moving(4096, NOW.plusSeconds(20)), "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(done.migration()).isNotNull();
        assertThat(done.migration().result()).isNotNull();
        assertThat(done.migration().result().lost()).isZero();
        assertThat(done.migration().result().duration()).isEqualTo("20s");
    }

    @Test
    void progress_is_written_every_five_seconds_and_transitions_at_once() {
        StatusGate gate = new StatusGate();
        PubSubClusterStatus idle = StatusReport.of(cluster, TWO, SERVING, "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(gate.admits(null, idle, NOW)).isTrue();
        assertThat(gate.admits(idle, idle, NOW.plusSeconds(100)))
                .as("same again")
                .isFalse();
        PubSubClusterStatus begun =
                StatusReport.of(cluster, TWO, moving(1, null), "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(gate.admits(idle, begun, NOW.plusSeconds(1)))
                .as("transition")
                .isTrue();
        PubSubClusterStatus more = StatusReport.of(cluster, TWO, moving(2, null), "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(gate.admits(begun, more, NOW.plusSeconds(2)))
                .as("progress, soon")
                .isFalse();
        assertThat(gate.admits(begun, more, NOW.plusSeconds(6)))
                .as("progress, later")
                .isTrue();
        assertThat(gate.admits(more, begun, NOW.minusSeconds(999)))
                .as("clock set back")
                .isTrue();
    }

    @Test
    void slots_uneven_in_number_are_balanced_once_nothing_is_left_to_be_moved_and_not_before() {
        assertThat(states(StatusReport.of(cluster, TWO, uneven(null), "", StatusReport.Change.UNKNOWN, NOW)))
                .contains("Balanced=False");
        Rest rest = new Rest(Set.of("uid-a", "uid-b"), PlannerSettings.DEFAULT, 0);
        assertThat(states(StatusReport.of(cluster, TWO, uneven(rest), "", StatusReport.Change.UNKNOWN, NOW)))
                .contains("Balanced=True");
    }

    @Test
    void load_that_has_shifted_and_a_channel_too_hot_for_any_node_are_told_in_words_that_stay_the_same() {
        Condition skewed = balanced(new Findings(true, 187.3, null));
        assertThat(skewed.getStatus()).isEqualTo("False");
        assertThat(skewed.getReason()).isEqualTo("Skewed");
        assertThat(skewed.getMessage())
                .isEqualTo(
                        "the busiest node carries more than 125 % of the mean load: moving slots away from it is proposed");
        Condition hot = balanced(new Findings(false, 100, "goal\n" + "l".repeat(200)));
        assertThat(hot.getReason()).isEqualTo("HotChannel");
        assertThat(hot.getMessage())
                .startsWith("channel \"goal?" + "l".repeat(94) + "…\" alone carries more than a node's share");
    }

    private Condition balanced(Findings load) {
        StatusReport.Change change = new StatusReport.Change(null, "", load, null);
        return condition(StatusReport.of(cluster, TWO, SERVING, "", change, NOW), "Balanced");
    }

    private static Snapshot uneven(@Nullable Rest rest) {
        return standing(null, null, 160, rest);
    }

    @Test
    void upgrade_shows_how_far_it_is_and_each_turn_is_told_once() {
        List<ObservedPod> old = List.of(Pods.of("other", ready("a")), Pods.of("other", ready("b")));
        PubSubClusterStatus begun = StatusReport.of(cluster, old, SERVING, "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(begun.message()).isEqualTo("Upgrade: 0 of 2 nodes are of the new revision");
        assertThat(states(begun)).contains("Upgrading=True Degraded=False");
        List<ObservedPod> half = List.of(Pods.of("", ready("a")), Pods.of("other", ready("b")));
        assertThat(StatusReport.of(cluster, half, moving(1024, null), "", StatusReport.Change.UNKNOWN, NOW)
                        .message())
                .startsWith("Upgrade: 1 of 2 nodes are of the new revision; ");
        PubSubClusterStatus ended = StatusReport.of(cluster, TWO, SERVING, "", StatusReport.Change.UNKNOWN, NOW);
        assertThat(told("", ended)).isEmpty();
        assertThat(told("UpToDate", begun)).isEqualTo("UpgradeStarted");
        assertThat(told("Replacing", begun)).isEmpty();
        assertThat(told("Replacing", ended)).isEqualTo("UpgradeCompleted");
        assertThat(told("UpToDate", ended)).isEmpty();
    }

    @Test
    void upgrade_that_stops_says_so_first() {
        ObservedPod late = notReady("c");
        PubSubClusterStatus stopped = StatusReport.of(
                cluster,
                List.of(Pods.of("other", ready("a")), Pods.of("other", ready("b")), late),
                SERVING,
                "",
                StatusReport.Change.UNKNOWN,
                NOW);
        assertThat(stopped.message()).startsWith("the upgrade stops: pod c of the new revision is not ready: ");
        assertThat(states(stopped)).contains("Ready=True").contains("Upgrading=True Degraded=True");
        assertThat(told("Replacing", stopped)).isEqualTo("UpgradeStopped");
        assertThat(told("Stopped", stopped)).isEmpty();
    }

    private static String told(String before, PubSubClusterStatus status) {
        return UpgradeNews.of(before, status, NOW).map(Snapshot.Notice::reason).orElse("");
    }

    private static Snapshot moving(int moved, @Nullable Instant ended) {
        Migration move = new Migration(
                "ScaleOut",
                4096,
                moved,
                1,
                1,
                NOW,
                ended,
                Duration.ofSeconds(65),
                "a → b COMMIT",
                Duration.ofMillis(12),
                new Verdict(true, 0L, 500, ""),
                0);
        return standing(ended == null ? move : null, ended == null ? null : move, 100, null);
    }

    private static Snapshot standing(
            @Nullable Migration move, @Nullable Migration last, int skewPercent, @Nullable Rest rest) {
        return new Snapshot(
                NOW,
                SERVING.ring(),
                true,
                SERVING.nodes(),
                move,
                last,
                1,
                "",
                List.of(),
                skewPercent,
                rest,
                Snapshot.Measurements.NONE,
                List.of());
    }

    private static Condition condition(PubSubClusterStatus status, String type) {
        return status.conditions().stream()
                .filter(it -> it.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static String states(PubSubClusterStatus status) {
        return String.join(
                " ",
                status.conditions().stream()
                        .map(it -> it.getType() + "=" + it.getStatus())
                        .toList());
    }
}
