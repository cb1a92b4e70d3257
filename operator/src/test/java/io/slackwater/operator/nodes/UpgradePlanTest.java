package io.slackwater.operator.nodes;

import static io.slackwater.operator.nodes.Pods.NOW;
import static io.slackwater.operator.nodes.Pods.failed;
import static io.slackwater.operator.nodes.Pods.notReady;
import static io.slackwater.operator.nodes.Pods.of;
import static io.slackwater.operator.nodes.Pods.pending;
import static io.slackwater.operator.nodes.Pods.ready;
import static io.slackwater.operator.nodes.Pods.restarted;
import static io.slackwater.operator.nodes.Pods.since;
import static io.slackwater.operator.nodes.Pods.terminating;
import static io.slackwater.operator.nodes.Pods.troubled;
import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.NodeStatus;
import io.slackwater.operator.coordination.Snapshot.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nodes of one revision make room for those of the next: add one, fill it from the oldest, remove that one, and again. */
class UpgradePlanTest {
    private static final String OLD = "r1";
    private static final String NEW = "r2";
    private static final Snapshot THREE = serving("a", "b", "c");

    private final List<ObservedPod> pods = new ArrayList<>(List.of(old("a"), old("b"), old("c")));

    private static ObservedPod old(String name) {
        return of(OLD, ready(name));
    }

    private static ObservedPod renewed(String name) {
        return of(NEW, ready(name));
    }

    /** These serve, all alike. */
    private static Snapshot serving(String... names) {
        Map<String, Integer> slots = new HashMap<>();
        Arrays.stream(names).forEach(name -> slots.put(name, 16_384 / names.length));
        slots.merge(names[0], 16_384 % names.length, Integer::sum);
        return Pods.snapshot(slots);
    }

    /** The same, and this pod's node is in another state, without slots. */
    private static Snapshot with(Snapshot snapshot, String name, State state, String reason) {
        Map<String, NodeStatus> nodes = new HashMap<>(snapshot.nodes());
        String id = state == State.STARTING || state == State.REFUSED ? "" : name + "/r";
        nodes.put("uid-" + name, new NodeStatus(id, state, 0, 0, reason));
        return Pods.snapshot(snapshot.ring(), nodes, null, snapshot.cutOff());
    }

    private static Snapshot with(Snapshot snapshot, String name, State state) {
        return with(snapshot, name, state, "");
    }

    private TierPlan plan(Snapshot snapshot) {
        return plan(3, snapshot);
    }

    private TierPlan plan(int replicas, Snapshot snapshot) {
        return TierPlan.of(new Wanted(replicas, NEW, ""), pods, snapshot, NOW);
    }

    private String stopped(Snapshot snapshot) {
        return UpgradeProgress.of(new Wanted(3, NEW, ""), pods, snapshot, NOW).stopped();
    }

    private static void assertOwners(TierPlan plan, String... names) {
        assertThat(plan.owners())
                .containsExactlyInAnyOrder(
                        Arrays.stream(names).map(name -> "uid-" + name).toArray(String[]::new));
    }

    private static void assertNobodyGoes(TierPlan plan) {
        assertThat(plan.remove()).isEmpty();
        assertThat(plan.discard()).isEmpty();
        assertThat(plan.upgrading()).isFalse();
    }

    @Test
    void one_pod_more_is_added_while_all_serve() {
        TierPlan plan = plan(THREE);
        assertThat(plan.create()).isEqualTo(1);
        assertOwners(plan, "a", "b", "c");
        assertNobodyGoes(plan);
    }

    @Test
    void nothing_is_added_while_it_is_postponed() {
        TierPlan plan = TierPlan.of(new Wanted(3, NEW, "paused"), pods, THREE, NOW);
        assertThat(plan.create()).isZero();
    }

    @Test
    void nothing_is_added_while_a_node_does_not_serve() {
        pods.set(1, of(OLD, notReady("b")));
        assertThat(plan(THREE).create()).isZero();
        pods.set(1, old("b"));
        assertThat(plan(with(serving("a", "c"), "b", State.JOINED)).create()).isZero();
    }

    @Test
    void nothing_is_added_while_slots_move_or_a_node_is_cut_off_or_leaves() {
        Snapshot cutOff = Pods.snapshot(THREE.ring(), THREE.nodes(), null, List.of("a/r"));
        assertThat(plan(cutOff).create()).isZero();
        pods.add(terminating("d"));
        assertThat(plan(serving("a", "b", "c", "d")).create()).isZero();
        assertThat(plan(THREE).create()).as("it is empty").isEqualTo(1);
    }

    @Test
    void new_pod_waits_until_it_is_ready_and_no_second_one_is_added() {
        pods.add(of(NEW, pending("d")));
        TierPlan plan = plan(with(THREE, "d", State.STARTING));
        assertThat(plan.create()).isZero();
        assertOwners(plan, "a", "b", "c");
        assertNobodyGoes(plan);
    }

    @Test
    void new_pod_waits_until_it_has_been_ready_for_a_while_and_the_coordinator_has_reached_it() {
        pods.add(since(NOW.minusSeconds(3), renewed("d")));
        assertOwners(plan(with(THREE, "d", State.RETIRED)), "a", "b", "c");
        pods.set(3, renewed("d"));
        assertOwners(plan(with(THREE, "d", State.STARTING)), "a", "b", "c");
        assertOwners(plan(with(THREE, "d", State.RETIRED)), "b", "c", "d");
    }

    @Test
    void oldest_leaves_its_slots_to_the_new_one_and_goes_when_it_is_empty() {
        pods.add(renewed("d"));
        TierPlan begun = plan(with(THREE, "d", State.RETIRED));
        assertOwners(begun, "b", "c", "d");
        assertThat(begun.upgrading()).isTrue();
        assertThat(begun.remove()).isEmpty();
        TierPlan midway = plan(Pods.snapshot(Map.of("a", 200, "b", 5461, "c", 5461, "d", 5262)));
        assertOwners(midway, "b", "c", "d");
        TierPlan emptied = plan(with(serving("b", "c", "d"), "a", State.RETIRED));
        assertThat(emptied.remove()).extracting(ObservedPod::name).containsExactly("a");
        assertThat(emptied.create()).isZero();
    }

    @Test
    void next_one_follows_and_the_last_one_ends_it() {
        pods.set(0, renewed("d"));
        assertThat(plan(serving("b", "c", "d")).create()).isEqualTo(1);
        pods.add(renewed("e"));
        assertOwners(plan(with(serving("b", "c", "d"), "e", State.RETIRED)), "c", "d", "e");
        pods.clear();
        pods.addAll(List.of(renewed("d"), renewed("e"), renewed("f")));
        TierPlan ended = plan(serving("d", "e", "f"));
        assertThat(ended.create()).isZero();
        assertNobodyGoes(ended);
    }

    @Test
    void pods_of_an_earlier_operator_count_as_current() {
        pods.replaceAll(pod -> of("", pod));
        assertThat(plan(THREE).create()).isZero();
    }

    @Test
    void bad_image_stops_at_the_first_node_and_says_so() {
        pods.add(troubled("d does not run: ImagePullBackOff (no such image)", of(NEW, pending("d"))));
        Snapshot snapshot = with(THREE, "d", State.STARTING);
        TierPlan plan = plan(snapshot);
        assertThat(plan.create()).isZero();
        assertOwners(plan, "a", "b", "c");
        assertNobodyGoes(plan);
        assertThat(stopped(snapshot))
                .isEqualTo("the upgrade stops: pod d of the new revision is not ready:"
                        + " it does not run: ImagePullBackOff (no such image)");
    }

    @Test
    void server_that_the_coordinator_refuses_stops_it() {
        pods.add(renewed("d"));
        Snapshot snapshot = with(THREE, "d", State.REFUSED, "Redis 6.2 is too old");
        assertOwners(plan(snapshot), "a", "b", "c");
        assertNobodyGoes(plan(snapshot));
        assertThat(stopped(snapshot)).endsWith("is not ready: it is refused: Redis 6.2 is too old");
    }

    @Test
    void server_that_ends_again_and_again_stops_it_also_when_it_is_ready_in_between() {
        pods.add(restarted(2, renewed("d")));
        Snapshot snapshot = with(THREE, "d", State.RETIRED);
        assertOwners(plan(snapshot), "a", "b", "c");
        assertNobodyGoes(plan(snapshot));
        assertThat(stopped(snapshot)).endsWith("it was restarted more than once");
    }

    @Test
    void pod_that_does_not_get_ready_within_minutes_stops_it() {
        pods.add(since(NOW.minusSeconds(60), of(NEW, notReady("d"))));
        assertThat(stopped(with(THREE, "d", State.STARTING))).isEmpty();
        pods.set(3, since(NOW.minusSeconds(121), of(NEW, notReady("d"))));
        assertThat(stopped(with(THREE, "d", State.STARTING))).endsWith("it was added at 2026-01-01T11:57:59Z");
    }

    @Test
    void undone_it_ends_without_proof_if_the_new_pod_never_ran_and_after_proof_if_it_did() {
        pods.replaceAll(pod -> of(NEW, pod)); // the specification is theirs again
        pods.add(of("bad", pending("d")));
        TierPlan never = plan(with(THREE, "d", State.STARTING));
        assertThat(never.discard()).extracting(ObservedPod::name).containsExactly("d");
        assertOwners(never, "a", "b", "c");
        pods.set(3, of("bad", notReady("d")));
        TierPlan ran = plan(with(THREE, "d", State.STARTING));
        assertThat(ran.discard()).isEmpty();
        assertThat(ran.remove()).extracting(ObservedPod::name).containsExactly("d");
        pods.remove(3);
        assertThat(plan(THREE).create()).isZero();
    }

    @Test
    void mended_instead_of_undone_it_begins_again_with_another_pod() {
        pods.add(of("bad", notReady("d")));
        TierPlan plan = plan(with(THREE, "d", State.STARTING));
        assertThat(plan.create()).isZero();
        assertThat(plan.remove()).extracting(ObservedPod::name).containsExactly("d");
        pods.remove(3);
        assertThat(plan(THREE).create()).isEqualTo(1);
    }

    @Test
    void undone_midway_the_old_one_is_filled_again_and_the_new_one_emptied() {
        pods.replaceAll(pod -> of(NEW, pod));
        pods.add(of("other", ready("d")));
        assertOwners(plan(Pods.snapshot(Map.of("a", 200, "b", 5461, "c", 5461, "d", 5262))), "a", "b", "c");
    }

    @Test
    void old_node_that_is_not_ready_for_a_moment_keeps_its_place_while_the_new_one_is_not_either() {
        pods.set(1, of(OLD, notReady("b")));
        pods.add(of(NEW, pending("d")));
        assertOwners(plan(with(THREE, "d", State.STARTING)), "a", "b", "c");
        Snapshot crashed = with(with(serving("a", "c"), "b", State.STARTING), "d", State.STARTING);
        assertOwners(plan(crashed), "a", "b", "c");
        assertNobodyGoes(plan(crashed));
    }

    @Test
    void old_node_that_is_not_ready_is_the_first_to_go_once_the_new_one_is() {
        pods.set(1, of(OLD, notReady("b")));
        pods.add(renewed("d"));
        assertOwners(plan(with(THREE, "d", State.RETIRED)), "a", "c", "d");
    }

    @Test
    void new_node_that_fails_while_it_is_filled_leaves_its_place_to_the_old_one() {
        pods.add(of(NEW, notReady("d")));
        assertOwners(plan(Pods.snapshot(Map.of("a", 2000, "b", 5461, "c", 5461, "d", 3462))), "a", "b", "c");
    }

    @Test
    void node_lost_midway_is_replaced_by_the_new_one_and_no_old_one_goes_for_it() {
        pods.remove(2);
        pods.add(renewed("d")); // a was leaving its slots to d
        TierPlan plan = plan(Pods.snapshot(Map.of("a", 5461, "b", 8192, "d", 2731)));
        assertOwners(plan, "a", "b", "d");
        assertThat(plan.create()).as("all serve: the next one").isEqualTo(1);
    }

    @Test
    void scale_in_takes_the_outdated_first() {
        pods.set(0, renewed("d"));
        TierPlan plan = plan(2, Pods.snapshot(Map.of("b", 6000, "c", 6000, "d", 4384)));
        assertOwners(plan, "c", "d");
        assertThat(plan.create()).isZero();
    }

    @Test
    void scale_out_adds_new_ones_and_takes_no_old_one_away_before_they_serve() {
        TierPlan plan = plan(5, THREE);
        assertThat(plan.create()).isEqualTo(2);
        pods.addAll(List.of(renewed("d"), of(NEW, pending("e"))));
        TierPlan growing = plan(5, with(with(THREE, "d", State.JOINED), "e", State.STARTING));
        assertOwners(growing, "a", "b", "c", "d", "e");
        assertThat(growing.create()).isZero();
        pods.set(4, renewed("e"));
        assertThat(plan(5, serving("a", "b", "c", "d", "e")).create()).isEqualTo(1);
    }

    @Test
    void pods_of_a_bad_scale_out_are_replaced_once_it_is_mended() {
        pods.add(of("bad", pending("d")));
        Snapshot snapshot = with(THREE, "d", State.STARTING);
        assertThat(plan(4, snapshot).create()).isEqualTo(1);
        pods.add(renewed("e"));
        TierPlan next = plan(4, with(snapshot, "e", State.RETIRED));
        assertOwners(next, "a", "b", "c", "e");
        assertThat(next.discard()).extracting(ObservedPod::name).containsExactly("d");
    }

    @Test
    void pods_that_fail_for_good_slow_it_down() {
        pods.add(of(NEW, failed("d", NOW)));
        assertThat(plan(THREE).create()).isEqualTo(1);
        assertThat(plan(THREE).discard()).as("kept, to count them").isEmpty();
        pods.add(of(NEW, failed("e", NOW)));
        assertThat(plan(THREE).create()).isZero();
        assertThat(plan(THREE).held()).isEqualTo("2 pods have failed, the next one is added in 4 s");
        assertThat(stopped(THREE)).isEqualTo("the upgrade stops: 2 pods of the new revision have failed");
    }

    @Test
    void before_the_ring_is_taken_over_it_goes_by_what_the_pods_show() {
        pods.add(renewed("d"));
        Snapshot unknown = new Snapshot(
                NOW,
                null,
                false,
                Map.of(),
                null,
                null,
                0,
                "",
                List.of(),
                100,
                null,
                Snapshot.Measurements.NONE,
                List.of());
        assertOwners(plan(unknown), "b", "c", "d");
        assertThat(plan(unknown).remove())
                .as("the proof refuses")
                .extracting(ObservedPod::name)
                .containsExactly("a");
    }

    @Test
    void tells_how_far_it_is() {
        pods.set(0, renewed("d"));
        UpgradeProgress progress = UpgradeProgress.of(new Wanted(3, NEW, ""), pods, serving("b", "c", "d"), NOW);
        assertThat(progress.running()).isTrue();
        assertThat(progress.words()).isEqualTo("1 of 3 nodes are of the new revision");
    }
}
