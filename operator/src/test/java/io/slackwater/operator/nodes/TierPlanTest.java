package io.slackwater.operator.nodes;

import static io.slackwater.operator.nodes.Pods.NOW;
import static io.slackwater.operator.nodes.Pods.dead;
import static io.slackwater.operator.nodes.Pods.empty;
import static io.slackwater.operator.nodes.Pods.failed;
import static io.slackwater.operator.nodes.Pods.notReady;
import static io.slackwater.operator.nodes.Pods.of;
import static io.slackwater.operator.nodes.Pods.pending;
import static io.slackwater.operator.nodes.Pods.ready;
import static io.slackwater.operator.nodes.Pods.since;
import static io.slackwater.operator.nodes.Pods.snapshot;
import static io.slackwater.operator.nodes.Pods.terminating;
import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.coordination.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which pods come, stay and go. */
class TierPlanTest {
    private static final Snapshot THREE = snapshot(Map.of("a", 5461, "b", 5461, "c", 5462));

    private static TierPlan plan(int replicas, List<ObservedPod> pods, Snapshot snapshot) {
        return plan(replicas, pods, snapshot, NOW);
    }

    private static TierPlan plan(int replicas, List<ObservedPod> pods, Snapshot snapshot, Instant now) {
        return TierPlan.of(new Wanted(replicas, "r1", ""), pods, snapshot, now);
    }

    @Test
    void nothing_there_yet_adds_all() {
        TierPlan plan = plan(3, List.of(), empty());
        assertThat(plan.create()).isEqualTo(3);
        assertThat(plan.owners()).isEmpty();
    }

    @Test
    void as_many_as_wanted_changes_nothing() {
        TierPlan plan = plan(3, List.of(ready("a"), ready("b"), ready("c")), THREE);
        assertThat(plan).isEqualTo(new TierPlan(0, plan.owners(), List.of(), List.of(), List.of(), false, ""));
        assertThat(plan.owners()).containsExactlyInAnyOrder("uid-a", "uid-b", "uid-c");
    }

    @Test
    void scale_out_counts_pods_that_are_not_ready_yet() {
        TierPlan plan = plan(5, List.of(ready("a"), ready("b"), ready("c"), pending("d")), THREE);
        assertThat(plan.create()).isEqualTo(1);
        assertThat(plan.owners()).contains("uid-d");
    }

    @Test
    void scale_in_removes_nothing_that_the_ring_names() {
        TierPlan plan = plan(2, List.of(ready("a"), ready("b"), ready("c")), THREE);
        assertThat(plan.owners()).hasSize(2);
        assertThat(plan.remove()).isEmpty();
    }

    @Test
    void scale_in_takes_the_one_with_the_fewest_slots() {
        Snapshot uneven = snapshot(Map.of("a", 6000, "b", 1000, "c", 9384));
        assertThat(plan(2, List.of(ready("a"), ready("b"), ready("c")), uneven).owners())
                .containsExactlyInAnyOrder("uid-a", "uid-c");
    }

    @Test
    void scale_in_takes_the_one_that_is_not_ready_first() {
        assertThat(plan(2, List.of(ready("a"), ready("b"), notReady("c")), THREE)
                        .owners())
                .containsExactlyInAnyOrder("uid-a", "uid-b");
    }

    @Test
    void scale_in_takes_the_youngest_of_equals() {
        Snapshot even = snapshot(Map.of("a", 4096, "b", 4096, "c", 4096, "d", 4096));
        assertThat(plan(2, List.of(ready("d"), ready("a"), ready("c"), ready("b")), even)
                        .owners())
                .containsExactlyInAnyOrder("uid-a", "uid-b");
    }

    @Test
    void emptied_pod_is_removed_after_proof() {
        Snapshot emptied = snapshot(Map.of("a", 8192, "b", 8192, "c", 0));
        TierPlan plan = plan(2, List.of(ready("a"), ready("b"), ready("c")), emptied);
        assertThat(plan.remove()).extracting(ObservedPod::name).containsExactly("c");
        assertThat(plan.discard()).isEmpty();
    }

    @Test
    void changed_mind_keeps_what_is_being_emptied() {
        Snapshot half = snapshot(Map.of("a", 8000, "b", 8000, "c", 384));
        TierPlan plan = plan(3, List.of(ready("a"), ready("b"), ready("c")), half);
        assertThat(plan.create()).isZero();
        assertThat(plan.owners()).contains("uid-c");
    }

    @Test
    void pod_that_never_ran_goes_without_proof() {
        TierPlan plan = plan(3, List.of(ready("a"), ready("b"), ready("c"), pending("d")), THREE);
        assertThat(plan.discard()).extracting(ObservedPod::name).containsExactly("d");
        assertThat(plan.remove()).isEmpty();
    }

    @Test
    void pod_asked_to_go_is_replaced_at_once_and_released_only_when_empty() {
        List<ObservedPod> pods = List.of(ready("a"), ready("b"), terminating("c"));
        TierPlan before = plan(3, pods, THREE);
        assertThat(before.create()).isEqualTo(1);
        assertThat(before.owners()).containsExactlyInAnyOrder("uid-a", "uid-b");
        assertThat(before.release()).isEmpty();
        TierPlan after = plan(3, pods, snapshot(Map.of("a", 8192, "b", 8192, "c", 0)));
        assertThat(after.release()).extracting(ObservedPod::name).containsExactly("c");
    }

    @Test
    void node_that_is_dead_and_not_started_anew_is_replaced_and_its_pod_goes() {
        Snapshot lost = dead(snapshot(Map.of("b", 8192, "c", 8192)), "a", false);
        ObservedPod a = since(NOW, notReady("a"));
        List<ObservedPod> pods = new ArrayList<>(List.of(a, ready("b"), ready("c")));
        assertThat(plan(3, pods, lost, NOW.plusSeconds(44)).create()).isZero();
        assertThat(plan(3, pods, lost, NOW.plusSeconds(45)).create()).isEqualTo(1);

        pods.add(pending("d"));
        TierPlan plan = plan(3, pods, lost, NOW.plusSeconds(46));
        assertThat(plan.create()).isZero();
        assertThat(plan.owners()).containsExactlyInAnyOrder("uid-b", "uid-c", "uid-d");
        assertThat(plan.remove()).containsExactly(a);
        assertThat(plan.discard()).isEmpty();
    }

    @Test
    void when_no_node_serves_dead_ones_are_replaced_as_soon_as_that_is_certain() {
        Snapshot lost = dead(dead(empty(), "a", false), "b", false);
        List<ObservedPod> pods = List.of(since(NOW, notReady("a")), since(NOW, notReady("b")));
        assertThat(plan(2, pods, lost, NOW.plusSeconds(5)).create()).isZero();
        assertThat(plan(2, pods, lost, NOW.plusSeconds(6)).create()).isEqualTo(2);
    }

    @Test
    void node_that_was_cut_off_declared_dead_and_has_come_back_is_replaced() {
        Snapshot back = dead(snapshot(Map.of("b", 8192, "c", 8192)), "a", true);
        assertThat(plan(3, List.of(ready("a"), ready("b"), ready("c")), back).create())
                .isEqualTo(1);
    }

    @Test
    void kubernetes_may_call_a_pod_ready_long_after_its_machine_has_lost_power() {
        Snapshot lost = dead(snapshot(Map.of("b", 8192, "c", 8192)), "a", false);
        List<ObservedPod> pods = List.of(ready("a"), ready("b"), ready("c"));
        assertThat(plan(3, pods, lost, NOW.plusSeconds(44)).create()).isZero();
        assertThat(plan(3, pods, lost, NOW.plusSeconds(45)).create()).isEqualTo(1);
    }

    @Test
    void process_that_was_started_anew_has_its_time_to_join() {
        Snapshot lost = dead(snapshot(Map.of("b", 8192, "c", 8192)), "a", false);
        List<ObservedPod> pods = List.of(since(NOW.plusSeconds(60), notReady("a")), ready("b"), ready("c"));
        assertThat(plan(3, pods, lost, NOW.plusSeconds(104)).create()).isZero();
        assertThat(plan(3, pods, lost, NOW.plusSeconds(105)).create()).isEqualTo(1);
    }

    @Test
    void in_an_upgrade_a_new_pod_that_is_lost_is_not_waited_for() {
        Snapshot lost = dead(snapshot(Map.of("a", 8192, "b", 8192)), "c", true);
        List<ObservedPod> pods = List.of(
                of("r0", ready("a")), of("r0", ready("b")), of("r1", ready("c")), of("r1", since(NOW, pending("d"))));
        TierPlan plan = plan(3, pods, lost, NOW.plusSeconds(60));
        assertThat(plan.remove()).extracting(ObservedPod::name).containsExactly("c");
    }

    @Test
    void failed_pod_is_replaced_at_once_and_then_ever_more_slowly() {
        List<ObservedPod> pods = new ArrayList<>(List.of(ready("a"), ready("b"), failed("c", NOW)));
        assertThat(plan(3, pods, THREE).create()).isEqualTo(1);
        pods.add(failed("d", NOW));
        TierPlan held = plan(3, pods, THREE);
        assertThat(held.create()).isZero();
        assertThat(held.held()).isEqualTo("2 pods have failed, the next one is added in 4 s");
        assertThat(plan(3, pods, THREE, NOW.plusSeconds(5)).create()).isEqualTo(1);
        assertThat(plan(3, pods, THREE, NOW.minusSeconds(7200)).create())
                .as("the clock was set back")
                .isEqualTo(1);
    }

    @Test
    void failed_pods_are_tidied_up_once_all_is_well() {
        List<ObservedPod> pods = List.of(ready("a"), ready("b"), ready("c"), failed("d", NOW));
        assertThat(plan(3, pods, THREE).discard()).extracting(ObservedPod::name).containsExactly("d");
    }

    @Test
    void failed_pod_stays_while_the_ring_names_it() {
        List<ObservedPod> pods = List.of(ready("a"), ready("b"), ready("d"), failed("c", NOW));
        assertThat(plan(3, pods, THREE).discard()).isEmpty();
    }
}
