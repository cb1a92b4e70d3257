package io.slackwater.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.scaling.Behavior.Policy;
import io.slackwater.operator.scaling.Behavior.Rules;
import io.slackwater.operator.scaling.Behavior.Select;
import io.slackwater.operator.scaling.Behavior.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The {@code behavior} of an HPA, in the examples of its documentation and in a few more. */
class BehaviorLimitsTest {
    private static final Instant START = Instant.parse("2026-11-09T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Rules AT_ONCE = rules(0, Select.Max, new Policy(Type.Percent, 100, Duration.ofSeconds(15)));

    @Test
    void by_default_it_goes_up_by_four_or_by_all_there_are() {
        assertThat(steps(Behavior.DEFAULT, 1, 50, Duration.ofSeconds(15), 5)).containsExactly(5, 10, 20, 40, 50);
    }

    @Test
    void by_default_it_goes_down_after_five_minutes_at_once() {
        List<Integer> sizes = steps(Behavior.DEFAULT, 10, 10, MINUTE, 1);
        assertThat(sizes).containsExactly(10);
        Past past = Past.begin(START, 10).look(START, 10, 10).propose(START, 10);
        for (int minute = 1; minute <= 5; minute++) {
            Instant now = START.plus(MINUTE.multipliedBy(minute));
            past = past.look(now, 10, 3).propose(now, 3);
            BehaviorLimits.Limited limited = BehaviorLimits.limit(Behavior.DEFAULT, past, 10, 3, now);
            assertThat(limited.replicas()).as("minute " + minute).isEqualTo(minute < 5 ? 10 : 3);
            assertThat(limited.limit()).isEqualTo(minute < 5 ? Limit.STABILIZATION : Limit.NONE);
        }
    }

    @Test
    void a_tenth_or_four_each_minute_takes_eighty_down_by_tenths_to_forty_and_then_by_fours() {
        Behavior behavior = new Behavior(
                AT_ONCE, rules(0, Select.Max, new Policy(Type.Pods, 4, MINUTE), new Policy(Type.Percent, 10, MINUTE)));
        assertThat(steps(behavior, 80, 10, MINUTE, 14))
                .containsExactly(72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20, 16, 12, 10);
    }

    @Test
    void the_smallest_of_two_policies_counts_if_asked_for() {
        Behavior behavior = new Behavior(
                rules(0, Select.Min, new Policy(Type.Pods, 1, MINUTE), new Policy(Type.Percent, 100, MINUTE)),
                rules(0, Select.Min, new Policy(Type.Pods, 5, MINUTE), new Policy(Type.Percent, 10, MINUTE)));
        assertThat(steps(behavior, 10, 20, MINUTE, 3)).containsExactly(11, 12, 13);
        assertThat(steps(behavior, 100, 10, MINUTE, 2)).containsExactly(95, 90);
    }

    @Test
    void disabled_is_never() {
        Behavior behavior = new Behavior(rules(0, Select.Disabled), rules(0, Select.Disabled));
        assertThat(steps(behavior, 10, 20, MINUTE, 3)).containsOnly(10);
        assertThat(steps(behavior, 10, 2, MINUTE, 3)).containsOnly(10);
        Policy any = new Policy(Type.Pods, 5, MINUTE);
        Behavior withPolicies = new Behavior(rules(0, Select.Disabled, any), rules(0, Select.Disabled, any));
        assertThat(steps(withPolicies, 10, 20, MINUTE, 3)).containsOnly(10);
        assertThat(steps(withPolicies, 10, 2, MINUTE, 3)).containsOnly(10);
    }

    @Test
    void a_period_counts_all_that_changed_in_it() {
        Behavior behavior = new Behavior(rules(0, Select.Max, new Policy(Type.Pods, 2, MINUTE)), AT_ONCE);
        assertThat(steps(behavior, 4, 20, Duration.ofSeconds(20), 6)).containsExactly(6, 6, 6, 8, 8, 8);
    }

    @Test
    void going_up_waits_for_its_own_window_too() {
        Behavior behavior =
                new Behavior(rules(60, Select.Max, new Policy(Type.Pods, 100, MINUTE)), rules(0, Select.Disabled));
        Past past = Past.begin(START, 4).look(START, 4, 4).propose(START, 4);
        int[] wanted = {9, 8, 12, 12};
        int[] given = {4, 8, 8, 12};
        for (int look = 0; look < wanted.length; look++) {
            Instant now = START.plusSeconds(30L * (look + 1));
            past = past.look(now, 4, 8).propose(now, wanted[look]);
            int replicas =
                    BehaviorLimits.limit(behavior, past, 4, wanted[look], now).replicas();
            assertThat(replicas).as("look " + look).isEqualTo(given[look]);
        }
    }

    private static List<Integer> steps(Behavior behavior, int from, int to, Duration every, int count) {
        Past past = Past.begin(START, from);
        int size = from;
        List<Integer> sizes = new ArrayList<>();
        for (int step = 0; step < count; step++) {
            Instant now = START.plus(every.multipliedBy(step));
            past = past.look(now, size, to).propose(now, to);
            size = BehaviorLimits.limit(behavior, past, size, to, now).replicas();
            sizes.add(size);
        }
        return sizes;
    }

    private static Rules rules(int stabilizationSeconds, Select select, Policy... policies) {
        return new Rules(Duration.ofSeconds(stabilizationSeconds), select, Arrays.asList(policies));
    }
}
