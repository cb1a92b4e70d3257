package io.slackwater.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.scaling.HpaAlgorithm.Proposal;
import io.slackwater.operator.scaling.Metric.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Kubernetes' documentation says of its HorizontalPodAutoscaler, in numbers. */
class HpaAlgorithmTest {
    private static final Metric CPU = new Metric("cpu", 100, Kind.Value);
    private static final Metric MESSAGES = new Metric("messages", 1_000, Kind.AverageValue);
    private static final Sample NONE = new Sample.Missing();

    @Test
    void twice_the_target_doubles_and_half_of_it_halves() {
        assertThat(of(4, cpu(200)).replicas()).isEqualTo(8);
        assertThat(of(4, cpu(50)).replicas()).isEqualTo(2);
    }

    @Test
    void parts_of_a_replica_are_whole_ones() {
        assertThat(of(3, cpu(140)).replicas()).as("3 × 1.4 = 4.2").isEqualTo(5);
        assertThat(of(3, cpu(70)).replicas()).as("3 × 0.7 = 2.1").isEqualTo(3);
    }

    @Test
    void within_a_tenth_of_the_target_nothing_changes() {
        assertThat(of(10, cpu(110)).replicas()).isEqualTo(10);
        assertThat(of(10, cpu(90)).replicas()).isEqualTo(10);
        assertThat(of(10, cpu(110.1)).replicas()).isEqualTo(12);
        assertThat(of(10, cpu(89.9)).replicas()).isEqualTo(9);
        assertThat(HpaAlgorithm.propose(List.of(cpu(110)), 10, 10, 0.05).replicas())
                .isEqualTo(11);
    }

    @Test
    void an_average_value_is_the_share_of_each_in_the_whole() {
        assertThat(of(3, messages(4_500)).replicas()).isEqualTo(5);
        assertThat(of(3, messages(3_200)).replicas()).isEqualTo(3);
        assertThat(of(9, messages(4_000)).replicas()).isEqualTo(4);
        assertThat(of(3, messages(0)).replicas()).isZero();
    }

    @Test
    void of_several_metrics_the_largest_proposal_counts() {
        assertThat(of(4, cpu(50), messages(7_000)).replicas()).isEqualTo(7);
        assertThat(of(4, cpu(200), messages(7_000)).replicas()).isEqualTo(8);
        assertThat(of(4, cpu(50), messages(1_000)).replicas()).isEqualTo(2);
    }

    @Test
    void a_part_of_a_figure_scales_up_but_not_down() {
        Reading some = new Reading(MESSAGES, new Sample.AtLeast(7_000, "1 of 4 nodes does not answer"));
        assertThat(of(4, some).replicas()).isEqualTo(7);
        assertThat(of(9, some).replicas()).isEqualTo(9);
        assertThat(of(9, some).complete()).isFalse();
        assertThat(of(9, some).troubles()).containsExactly("messages is at least 7,000: 1 of 4 nodes does not answer");
    }

    @Test
    void with_one_metric_missing_the_others_scale_up_but_not_down() {
        assertThat(of(4, cpu(200), new Reading(MESSAGES, NONE)).replicas()).isEqualTo(8);
        Proposal down = of(4, cpu(50), new Reading(MESSAGES, NONE));
        assertThat(down.replicas()).isEqualTo(4);
        assertThat(down.complete()).isFalse();
        assertThat(down.troubles()).containsExactly("messages gave no result");
    }

    @Test
    void whatever_is_not_a_value_is_not_zero() {
        for (Sample bad : List.of(
                NONE,
                new Sample.NotANumber(),
                new Sample.Stale(Duration.ofMinutes(7)),
                new Sample.Failed("was answered with 503"))) {
            Proposal proposal = of(4, new Reading(CPU, bad));
            assertThat(proposal.replicas()).as(bad.toString()).isEqualTo(4);
            assertThat(proposal.needed()).isNaN();
        }
        assertThat(of(4).replicas()).isEqualTo(4);
    }

    @Test
    void a_bare_number_that_is_none_is_no_value() {
        assertThat(Sample.of(3)).isEqualTo(new Sample.Value(3));
        assertThat(Sample.of(Double.NaN)).isInstanceOf(Sample.NotANumber.class);
        assertThat(Sample.of(Double.POSITIVE_INFINITY)).isInstanceOf(Sample.NotANumber.class);
        assertThat(Sample.of(-1).sentence()).isEqualTo("is negative: -1");
    }

    private static Proposal of(int replicas, Reading... readings) {
        return HpaAlgorithm.propose(Arrays.asList(readings), replicas, replicas, HpaAlgorithm.TOLERANCE);
    }

    private static Reading cpu(double percent) {
        return new Reading(CPU, new Sample.Value(percent));
    }

    private static Reading messages(double rate) {
        return new Reading(MESSAGES, new Sample.Value(rate));
    }
}
