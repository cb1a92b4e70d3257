package io.slackwater.operator.nodes;

import static io.slackwater.operator.nodes.Pods.NOW;
import static io.slackwater.operator.nodes.Pods.notReady;
import static io.slackwater.operator.nodes.Pods.of;
import static io.slackwater.operator.nodes.Pods.pending;
import static io.slackwater.operator.nodes.Pods.ready;
import static io.slackwater.operator.nodes.Pods.snapshot;
import static io.slackwater.operator.nodes.Pods.terminating;
import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Migration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a node may be evicted: one at a time, and only from a tier that is whole. */
class EvictionsTest {
    private static final Snapshot THREE = snapshot(Map.of("a", 5461, "b", 5461, "c", 5462));

    private static OptionalInt min(int replicas, List<ObservedPod> pods, Snapshot snapshot) {
        Wanted wanted = new Wanted(replicas, "r1", "");
        return Evictions.minAvailable(wanted, TierPlan.of(wanted, pods, snapshot, NOW), pods, snapshot, false);
    }

    @Test
    void one_of_a_whole_tier_may_go() {
        assertThat(min(3, List.of(ready("a"), ready("b"), ready("c")), THREE)).hasValue(2);
        assertThat(min(1, List.of(ready("a")), snapshot(Map.of("a", 16_384)))).hasValue(0);
    }

    @Test
    void none_may_while_another_one_is_emptied() {
        assertThat(min(3, List.of(ready("a"), ready("b"), terminating("c")), THREE))
                .hasValue(3);
        assertThat(min(
                        3,
                        List.of(ready("a"), ready("b"), terminating("c"), ready("d")),
                        snapshot(Map.of("a", 5461, "b", 5461, "c", 2000, "d", 3462))))
                .as("its replacement serves already")
                .hasValue(4);
        assertThat(min(2, List.of(ready("a"), ready("b"), ready("c")), THREE))
                .as("scale-in")
                .hasValue(3);
    }

    @Test
    void one_may_again_as_soon_as_the_evicted_one_owns_nothing() {
        assertThat(min(
                        3,
                        List.of(ready("a"), ready("b"), terminating("c"), ready("d")),
                        snapshot(Map.of("a", 5461, "b", 5461, "c", 0, "d", 5462))))
                .hasValue(2);
    }

    @Test
    void none_may_while_a_node_is_missing_or_not_ready() {
        assertThat(min(4, List.of(ready("a"), ready("b"), ready("c"), pending("d")), THREE))
                .hasValue(3);
        assertThat(min(3, List.of(ready("a"), ready("b"), notReady("c")), THREE))
                .hasValue(3);
    }

    @Test
    void none_may_while_slots_move_or_a_node_is_cut_off() {
        List<ObservedPod> pods = List.of(ready("a"), ready("b"), ready("c"));
        Migration move = new Migration("Rebalance", 9, 1, 1, 0, NOW, null, null, "", Duration.ZERO, null, 0);
        assertThat(min(3, pods, with(move, List.of()))).hasValue(3);
        assertThat(min(3, pods, with(null, List.of("a/r")))).hasValue(3);
    }

    private static Snapshot with(@Nullable Migration move, List<String> cutOff) {
        return Pods.snapshot(THREE.ring(), THREE.nodes(), move, cutOff);
    }

    @Test
    void new_pod_of_an_upgrade_that_waits_shuts_nothing() {
        List<ObservedPod> pods =
                List.of(of("r0", ready("a")), of("r0", ready("b")), of("r0", ready("c")), pending("d"));
        assertThat(min(3, pods, THREE)).hasValue(2);
    }

    @Test
    void nothing_is_said_before_it_is_known_how_the_tier_stands() {
        assertThat(min(3, List.of(ready("a")), Pods.empty())).isEmpty();
    }
}
