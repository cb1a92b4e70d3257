package io.slackwater.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScalersTest {
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");
    private static final String HPA = "kube-controller-manager (scale)";
    private static final String ARGO = "argocd-controller";

    private Instant now = START;
    private Scalers scalers = Scalers.begin(false, 3, Set.of(ARGO), now);

    private void after(Duration pause, int replicas, String... owners) {
        now = now.plus(pause);
        scalers = scalers.look(scalers.autoscaling(), replicas, Set.of(owners), now);
    }

    private void fight() {
        after(Duration.ofMinutes(1), 5, HPA);
        after(Duration.ofMinutes(3), 3, ARGO);
        after(Duration.ofSeconds(15), 5, HPA);
        after(Duration.ofMinutes(3), 3, ARGO);
    }

    @Test
    void two_that_undo_each_other_are_named() {
        fight();
        assertThat(scalers.sentence())
                .isEqualTo("spec.replicas was changed 4 times within 30m, in turn by argocd-controller and"
                        + " kube-controller-manager (scale): let one of them decide");
    }

    @Test
    void one_that_goes_up_and_down_is_one() {
        for (int i = 0; i < 20; i++) {
            after(Duration.ofSeconds(15), 3 + i % 2, HPA);
        }
        assertThat(scalers.changes()).hasSizeGreaterThan(10);
        assertThat(scalers.sentence()).isEmpty();
    }

    @Test
    void a_person_who_steps_in_once_is_no_scaler() {
        after(Duration.ofMinutes(1), 5, HPA);
        after(Duration.ofMinutes(1), 8, "kubectl (scale)");
        after(Duration.ofMinutes(1), 5, HPA);
        assertThat(scalers.sentence()).isEmpty();
    }

    @Test
    void it_is_over_within_half_an_hour() {
        fight();
        after(Duration.ofMinutes(20), 3, ARGO);
        assertThat(scalers.sentence()).isNotEmpty();
        after(Duration.ofMinutes(4), 3, ARGO);
        assertThat(scalers.sentence()).isEmpty();
        after(Duration.ofMinutes(10), 5, HPA);
        assertThat(scalers.sentence()).as("one more later on is not the fourth").isEmpty();
    }

    @Test
    void who_changes_and_is_undone_between_two_looks_is_seen_by_the_owner() {
        after(Duration.ofMinutes(1), 3, HPA);
        after(Duration.ofMinutes(1), 3, ARGO);
        after(Duration.ofMinutes(1), 3, HPA);
        after(Duration.ofMinutes(1), 3, ARGO);
        assertThat(scalers.sentence()).contains("4 times");
    }

    @Test
    void two_who_apply_the_same_do_not_fight() {
        for (int i = 0; i < 10; i++) {
            after(Duration.ofMinutes(1), 3, ARGO, "flux");
            after(Duration.ofMinutes(1), 3, ARGO);
        }
        assertThat(scalers.sentence()).isEmpty();
    }

    @Test
    void nothing_is_concluded_across_a_clock_that_was_set_back() {
        fight();
        after(Duration.ofHours(-1), 5, HPA);
        assertThat(scalers.changes()).isEmpty();
        assertThat(scalers.sentence()).isEmpty();
    }

    @Test
    void beside_the_operators_own_decision_everybody_else_is_the_second() {
        scalers = Scalers.begin(true, 3, Set.of("kubectl"), now);
        after(Duration.ofMinutes(1), 3, "kubectl");
        assertThat(scalers.sentence()).as("the initial value").isEmpty();
        after(Duration.ofMinutes(1), 5, HPA);
        assertThat(scalers.sentence())
                .isEqualTo(
                        "spec.replicas was set to 5 by kube-controller-manager (scale) while spec.autoscaling decides:"
                                + " it has no effect; remove either that scaler or spec.autoscaling");
        after(Duration.ofMinutes(30), 5, HPA);
        assertThat(scalers.sentence()).isEmpty();
    }

    @Test
    void a_change_of_who_decides_begins_anew() {
        fight();
        scalers = scalers.look(true, 7, Set.of("kubectl"), now.plusSeconds(1));
        assertThat(scalers.sentence()).isEmpty();
        assertThat(scalers.autoscaling()).isTrue();
    }

    @Test
    void what_is_remembered_is_bounded() {
        for (int i = 0; i < 1_000; i++) {
            after(Duration.ofMillis(10), i, HPA);
        }
        assertThat(scalers.changes()).hasSizeLessThan(50);
    }
}
