package io.slackwater.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.Pods;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeenPodsTest {
    private static final ObservedPod A = Pods.ready("c-n-aaaaa");
    private static final ObservedPod B = Pods.ready("c-n-bbbbb");
    private static final Snapshot BOTH_SERVE = Pods.snapshot(Map.of(A.name(), 8_192, B.name(), 8_192));

    private final SeenPods pods = new SeenPods();

    /** As when an operator ends in the middle of a look. */
    @Test
    void a_cache_that_was_emptied_takes_nobody_for_dead() {
        look(List.of(A, B), List.of(A, B), BOTH_SERVE);
        assertThat(look(List.of(), List.of(A, B), BOTH_SERVE)).isEmpty();
        assertThat(pods.last()).containsExactlyInAnyOrder(A, B);
    }

    /** As when an operator has just begun, and the ring names a node whose pod its cache has not got. */
    @Test
    void who_is_in_the_ring_and_was_never_seen_is_asked_for() {
        assertThat(pods.present(List.of(A), BOTH_SERVE, () -> List.of(A, B))).containsExactly(A, B);
    }

    @Test
    void who_is_not_with_the_api_server_either_has_disappeared() {
        look(List.of(A, B), List.of(A, B), BOTH_SERVE);
        assertThat(look(List.of(A), List.of(A), BOTH_SERVE)).containsExactly(B.deleted());
    }

    /** It has neither slots nor a place in the ring yet: only that it was seen tells that it is missing. */
    @Test
    void who_is_new_and_disappears_is_asked_for_too() {
        Snapshot alone = Pods.snapshot(Map.of(A.name(), 16_384));
        look(List.of(A, B), List.of(A, B), alone);
        assertThat(look(List.of(A), List.of(A, B), alone)).isEmpty();
        assertThat(look(List.of(A), List.of(A), alone)).containsExactly(B.deleted());
    }

    @Test
    void a_complete_cache_costs_no_question_and_who_has_retired_is_not_missed() {
        Snapshot retired = Pods.snapshot(Map.of(A.name(), 16_384, B.name(), 0));
        look(List.of(A, B), List.of(A, B), BOTH_SERVE);
        assertThat(pods.present(List.of(A), retired, () -> {
                    throw new AssertionError("asked although nobody is missed");
                }))
                .containsExactly(A);
    }

    private List<ObservedPod> look(List<ObservedPod> cached, List<ObservedPod> stored, Snapshot snapshot) {
        return pods.disappeared(pods.present(cached, snapshot, () -> stored), snapshot);
    }
}
