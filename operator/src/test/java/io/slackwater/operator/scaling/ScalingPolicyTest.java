package io.slackwater.operator.scaling;

import static io.slackwater.operator.scaling.Situations.flat;
import static io.slackwater.operator.scaling.Situations.needs;
import static io.slackwater.operator.scaling.Situations.stepped;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalingPolicyTest {
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final Situations at = new Situations();

    @Test
    void what_is_right_stays() {
        ScalingDecision decision = at.lookFor(TEN_MINUTES, 4);
        assertThat(decision.desired()).isEqualTo(5);
        assertThat(decision.limit()).isEqualTo(Limit.NONE);
        assertThat(decision.reason()).isEqualTo("hold at 5: load needs 4.0, 5 with headroom");
    }

    @Test
    void headroom_is_there_to_be_used_and_what_goes_beyond_it_gets_new_headroom() {
        assertThat(at.look(needs(5.4)).desired()).isEqualTo(5);
        ScalingDecision decision = at.look(needs(5.6));
        assertThat(decision.desired()).as("5.6 × 1.2 = 6.72").isEqualTo(7);
        assertThat(decision.reason())
                .isEqualTo("scale out to 7: load needs 5.6 where 5 are; 7 with growth and 20 % headroom");
    }

    @Test
    void a_steep_rise_is_met_in_one_step_to_where_it_will_be() {
        at.look(needs(4.0));
        for (int look = 1; look <= 8; look++) {
            at.look(needs(4.0 + 0.18 * look));
        }
        ScalingDecision decision = at.look(needs(5.62));
        assertThat(decision.desired()).as("3.6 nodes more in five minutes").isBetween(10, 12);
    }

    @Test
    void replicas_on_their_way_count() {
        at.tier(5, 8, true).outlook(flat(6.5));
        ScalingDecision decision = at.look(needs(6.4));
        assertThat(decision.desired()).isEqualTo(8);
        assertThat(at.look(needs(9.5)).desired()).as("more is asked for").isEqualTo(12);
        assertThat(at.look(needs(9.5)).reason()).contains("where 8 are (3 on their way)");
    }

    @Test
    void a_move_in_flight_is_not_reversed() {
        at.tier(8, 5, true).outlook(flat(9));
        ScalingDecision decision = at.lookFor(TEN_MINUTES, 9);
        assertThat(decision.desired()).isEqualTo(5);
        assertThat(decision.limit()).isEqualTo(Limit.IN_FLIGHT);
        assertThat(decision.reason()).startsWith("hold at 5: 3 of 8 nodes are leaving");

        Situations out = new Situations().tier(5, 12, true).outlook(flat(2));
        decision = out.lookFor(TEN_MINUTES, 2);
        assertThat(decision.desired()).isEqualTo(12);
        assertThat(decision.limit()).isEqualTo(Limit.IN_FLIGHT);
    }

    @Test
    void it_scales_in_by_one_step_after_a_stabilisation_window() {
        at.tier(12, 12, false).outlook(flat(3));
        for (int look = 0; look < 20; look++) {
            ScalingDecision early = at.look(needs(3));
            assertThat(early.desired()).isEqualTo(12);
            assertThat(early.limit()).isEqualTo(Limit.STABILIZATION);
            assertThat(early.reason())
                    .isEqualTo("hold at 12: 4 would do, but nothing is scaled in before it has been watched for 5m");
        }
        ScalingDecision decision = at.look(needs(3));
        assertThat(decision.desired()).isEqualTo(4);
        assertThat(decision.reason())
                .isEqualTo(
                        "scale in to 4: load needs 3.0, and for a day at least the node-hours saved are worth more than the moves");
    }

    @Test
    void an_operator_that_was_away_begins_to_watch_anew() {
        at.tier(12, 12, false).outlook(flat(3));
        at.lookFor(TEN_MINUTES.dividedBy(2).minusSeconds(30), 3);
        at.now = at.now.plus(TEN_MINUTES);
        assertThat(at.look(needs(3)).desired()).isEqualTo(12);
        at.now = at.now.minus(TEN_MINUTES.multipliedBy(2)); // the clock was set back
        assertThat(at.look(needs(3)).desired()).isEqualTo(12);
        assertThat(at.lookFor(TEN_MINUTES, 3).desired()).isEqualTo(4);
    }

    @Test
    void a_scale_in_has_to_pay_for_itself_before_the_nodes_are_needed_again() {
        at.tier(8, 8, false).outlook(stepped(4, 12, 6.6));
        ScalingDecision decision = at.lookFor(TEN_MINUTES, 4);
        assertThat(decision.desired()).as("needed again in two hours").isEqualTo(8);
        assertThat(decision.limit()).isEqualTo(Limit.COST);
        assertThat(decision.reason())
                .isEqualTo(
                        "hold at 8: load needs 4.0; 5 would do, but what that saves before more are needed again is not"
                                + " worth the moves");

        Situations long_ = new Situations().tier(8, 8, false).outlook(stepped(4, 190, 6.6));
        ScalingDecision in = long_.lookFor(TEN_MINUTES, 4);
        assertThat(in.desired()).as("needed again in 31 hours").isEqualTo(5);
        assertThat(in.reason()).contains("and until on Friday about 19:");
    }

    @Test
    void it_scales_out_in_the_window_before_the_peak() {
        Outlook peak = stepped(4, 30, 9);
        for (int bin = 6; bin < peak.open().length; bin++) {
            peak.open()[bin] = false;
        }
        at.outlook(peak);
        assertThat(at.look(needs(4)).desired()).isEqualTo(5);
        at.now = Situations.START.plus(Outlook.BIN.multipliedBy(5));
        ScalingDecision decision = at.look(needs(4));
        assertThat(decision.desired()).as("the last that is open").isEqualTo(10);
        assertThat(decision.reason())
                .startsWith("scale out to 11 ahead of time: by past days more than 5 nodes are needed at 17:00 UTC");
        assertThat(decision.limit()).as("at most as many again in 15 s").isEqualTo(Limit.POLICY);
    }

    @Test
    void outside_of_windows_nothing_is_scaled_in() {
        at.tier(12, 12, false).outlook(flat(3));
        at.open = false;
        ScalingDecision decision = at.lookFor(TEN_MINUTES, 3);
        assertThat(decision.desired()).isEqualTo(12);
        assertThat(decision.limit()).isEqualTo(Limit.WINDOW);
        assertThat(decision.reason())
                .isEqualTo("hold at 12: load needs 3.0; the scale-in waits for a window: opens at 23:00 UTC");
    }

    @Test
    void survivors_have_to_bear_what_was_just_there() {
        at.tier(12, 12, false).outlook(flat(3));
        at.lookFor(TEN_MINUTES, 9);
        ScalingDecision decision = at.lookFor(TEN_MINUTES, 3);
        assertThat(decision.desired()).isEqualTo(12);
        assertThat(decision.limit()).isIn(Limit.SURVIVORS, Limit.COST, Limit.NONE);
        assertThat(at.lookFor(TEN_MINUTES, 3).desired()).isEqualTo(4);
    }

    /** Whatever it would save: later on it might not be allowed to scale out again. */
    @Test
    void survivors_have_to_bear_it_also_when_all_windows_are_shut_later() {
        Outlook once = flat(3);
        Arrays.fill(once.open(), 1, once.open().length, false);
        at.tier(12, 12, false).outlook(once);
        at.look(needs(9));
        ScalingDecision decision = at.lookFor(TEN_MINUTES, 3);
        assertThat(decision.desired()).isEqualTo(12);
        assertThat(decision.limit()).isEqualTo(Limit.SURVIVORS);
        assertThat(decision.reason()).startsWith("hold at 12: up to 9.0 were needed in the last 15m");
    }

    @Test
    void a_skewed_ring_needs_more_survivors() {
        at.tier(12, 12, false).outlook(flat(3));
        at.tier = new Tier(12, 12, false, 250, 125);
        assertThat(at.lookFor(TEN_MINUTES.multipliedBy(2), 3).desired())
                .as("3 × 250 / 125")
                .isEqualTo(6);
    }

    @Test
    void no_sample_is_no_zero_and_says_so_and_it_recovers_by_itself() {
        at.tier(12, 12, false).outlook(flat(3));
        at.lookFor(TEN_MINUTES.dividedBy(5), 3);
        for (Sample bad : List.of(
                new Sample.Missing(),
                new Sample.NotANumber(),
                new Sample.Stale(Duration.ofMinutes(8)),
                new Sample.Failed("was answered with 503"))) {
            for (int look = 0; look < 40; look++) {
                ScalingDecision decision = at.look(bad);
                assertThat(decision.desired()).isEqualTo(12);
                assertThat(decision.limit()).isEqualTo(Limit.METRICS);
                assertThat(decision.reason())
                        .isEqualTo("hold at 12: load " + bad.sentence() + ", so nothing is scaled in");
            }
        }
        assertThat(at.look(needs(3)).desired()).as("not at the first value").isEqualTo(12);
        assertThat(at.lookFor(TEN_MINUTES, 3).desired()).isEqualTo(4);
    }

    @Test
    void without_metrics_past_days_still_scale_out() {
        at.outlook(flat(8));
        ScalingDecision decision = at.look(new Sample.Missing());
        assertThat(decision.desired()).isEqualTo(10);
        assertThat(decision.reason()).endsWith("are needed now (load gave no result)");
    }

    @Test
    void one_metric_of_two_can_scale_out_only() {
        Metric other = new Metric("cpu", 60, Metric.Kind.Value);
        at.outlook(flat(3)).tier(12, 12, false);
        List<Reading> quiet = List.of(
                new Reading(Situations.LOAD, needs(3)),
                new Reading(other, new Sample.Failed("was not answered in 5s")));
        for (int look = 0; look < 60; look++) {
            assertThat(at.look(quiet).desired()).isEqualTo(12);
        }
        List<Reading> busy =
                List.of(new Reading(Situations.LOAD, new Sample.Missing()), new Reading(other, new Sample.Value(90)));
        assertThat(at.look(busy).desired()).as("12 × 1.5 × 1.2, at most 20").isEqualTo(20);
    }

    @Test
    void bounds_hold_whatever_is_needed() {
        ScalingDecision most = at.look(needs(500));
        assertThat(most.desired()).isEqualTo(10);
        assertThat(most.limit()).as("twice as many in 15 s").isEqualTo(Limit.POLICY);
        at.tier(15, 15, false);
        ScalingDecision then = at.look(needs(500));
        assertThat(then.desired()).isEqualTo(20);
        assertThat(then.limit()).isEqualTo(Limit.MAXIMUM);
        assertThat(then.reason()).endsWith("; maxReplicas allows 20");
        assertThat(new Situations()
                        .tier(1, 1, false)
                        .outlook(flat(0.1))
                        .look(needs(0.1))
                        .desired())
                .isEqualTo(2);
        assertThat(new Situations().tier(30, 30, false).look(needs(29)).desired())
                .isEqualTo(20);
    }

    @Test
    void a_tier_of_which_nothing_is_known_yet_is_left_alone() {
        Outlook nothing = new Outlook(Situations.START, new double[Outlook.BINS], new boolean[Outlook.BINS], false);
        at.outlook(nothing);
        ScalingDecision decision = at.look(List.of());
        assertThat(decision.desired()).isEqualTo(5);
        assertThat(decision.reason()).isEqualTo("hold at 5: no metric has been read yet, so nothing is scaled in");
    }

    /** Gateways on their way out are no capacity any more; others can be added meanwhile, but no more taken. */
    @Test
    void while_gateways_drain_a_tier_grows_and_does_not_shrink() {
        at.tier(6, 6, false).outlook(flat(2));
        at.tier = new Tier(TierKind.GATEWAYS, 6, 6, true, 100, 100);
        ScalingDecision decision = at.lookFor(TEN_MINUTES, 2);
        assertThat(decision.desired()).isEqualTo(6);
        assertThat(decision.limit()).isEqualTo(Limit.IN_FLIGHT);
        assertThat(decision.reason())
                .isEqualTo(
                        "hold at 6: fewer would do, but gateways are on their way out, and no client is to be sent away"
                                + " twice");
        assertThat(at.look(needs(7)).desired()).isGreaterThanOrEqualTo(9);

        Situations calm = new Situations().tier(6, 6, false).outlook(flat(2));
        calm.tier = new Tier(TierKind.GATEWAYS, 6, 6, false, 100, 100);
        ScalingDecision in = calm.lookFor(TEN_MINUTES, 2);
        assertThat(in.desired()).isEqualTo(3);
        assertThat(in.reason())
                .isEqualTo(
                        "scale in to 3: load needs 2.0, and for a day at least the gateway-hours saved are worth more"
                                + " than the reconnects");
    }

    @Test
    void a_dry_run_decides_the_same() {
        at.settings = new ScalingSettings(
                2, 20, 20, 0.1, Behavior.DEFAULT, Prices.DEFAULT, TierKind.NODES.lead(), ZoneOffset.UTC, true);
        ScalingDecision decision = at.look(needs(5.6));
        assertThat(decision.dryRun()).isTrue();
        assertThat(decision.desired()).isEqualTo(7);
    }
}
