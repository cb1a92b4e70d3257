package io.slackwater.operator.gateways;

import static io.slackwater.operator.gateways.Gateways.NOW;
import static io.slackwater.operator.gateways.Gateways.fresh;
import static io.slackwater.operator.gateways.Gateways.pending;
import static io.slackwater.operator.gateways.Gateways.serving;
import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.gateways.Removal.Reason;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each step on the way out of a gateway, and the order of them. */
class GatewayPlanTest {
    private static final DrainSettings DRAIN =
            new DrainSettings(Duration.ofSeconds(20), 500, Duration.ofMinutes(10), Duration.ofSeconds(30));

    private static GatewayPlan plan(int replicas, Gateways... gateways) {
        return GatewayPlan.of(
                new WantedGateways(replicas, "new", DRAIN),
                Arrays.stream(gateways).map(Gateways::get).toList(),
                NOW);
    }

    private static List<String> names(List<ObservedGateway> gateways) {
        return gateways.stream().map(ObservedGateway::name).toList();
    }

    @Test
    void first_gateways_are_added_at_once_and_admitted_when_ready() {
        assertThat(plan(3).create()).isEqualTo(3);
        GatewayPlan plan = plan(3, fresh("a", "new"), pending("b", "new"), pending("c", "new"));
        assertThat(plan.create()).isZero();
        assertThat(names(plan.admit())).containsExactly("a");
    }

    @Test
    void settled_tier_is_left_alone() {
        assertThat(plan(2, serving("a", "new", 5), serving("b", "new", 7)).busy())
                .isFalse();
    }

    @Test
    void scale_in_takes_the_one_with_the_fewest_connections() {
        GatewayPlan plan = plan(2, serving("a", "new", 50), serving("b", "new", 10), serving("c", "new", 30));
        assertThat(names(plan.cordon())).containsExactly("b");
        assertThat(plan.leave()).isEmpty();
        assertThat(plan.removals()).isEmpty();
    }

    @Test
    void one_whose_connections_are_not_known_is_not_taken() {
        GatewayPlan plan =
                plan(1, serving("a", "new", 50), serving("b", "new", 1).with(null));
        assertThat(names(plan.cordon())).containsExactly("a");
        assertThat(plan(
                                1,
                                serving("a", "new", 5).with(null),
                                serving("b", "new", 5).with(null))
                        .cordon())
                .isEmpty();
    }

    @Test
    void none_is_taken_while_too_few_are_ready() {
        GatewayPlan plan = plan(
                2,
                serving("a", "new", 50),
                serving("b", "new", 10),
                serving("c", "new", 30).unready());
        assertThat(plan.cordon()).isEmpty();
    }

    @Test
    void patience_is_waited_for_and_nobody_is_waited_for_where_nobody_is() {
        Gateways other = serving("a", "new", 50);
        assertThat(plan(1, other, serving("b", "new", 10).cordoned(19)).leave()).isEmpty();
        assertThat(names(plan(1, other, serving("b", "new", 10).cordoned(20)).leave()))
                .containsExactly("b");
        assertThat(plan(1, other, serving("b", "new", 0).cordoned(1)).leave())
                .as("load balancers have not heard of it yet")
                .isEmpty();
        assertThat(names(plan(1, other, serving("b", "new", 0).cordoned(2)).leave()))
                .containsExactly("b");
    }

    @Test
    void cordoned_one_comes_back_when_the_mind_is_changed() {
        GatewayPlan plan =
                plan(2, serving("a", "new", 50), serving("b", "new", 10).cordoned(10));
        assertThat(names(plan.admit())).containsExactly("b");
        assertThat(plan.create()).isZero();
    }

    @Test
    void leaving_one_does_not_come_back() {
        GatewayPlan plan = plan(
                2, serving("a", "new", 50), serving("b", "new", 10).cordoned(10).leaving());
        assertThat(plan.admit()).isEmpty();
        assertThat(plan.create()).isEqualTo(1);
    }

    @Test
    void cordoned_one_comes_back_when_another_dies() {
        GatewayPlan plan = plan(
                2,
                serving("a", "new", 50),
                serving("b", "new", 60).unready(),
                serving("c", "new", 10).cordoned(10));
        assertThat(names(plan.admit())).containsExactly("c");
        assertThat(plan.leave()).isEmpty();
    }

    @Test
    void one_at_a_time_drains_and_the_empty_do_not_wait() {
        GatewayPlan plan = plan(
                1,
                serving("a", "new", 50),
                serving("b", "new", 30).cordoned(30).leaving(),
                serving("c", "new", 20).cordoned(30).leaving(),
                serving("d", "new", 0).cordoned(30).leaving());
        assertThat(names(plan.begin())).containsExactly("d", "c");
        assertThat(plan.orders())
                .extracting(order -> order.gateway().name() + " " + order.disconnectsPerSecond())
                .containsExactly("c 500", "d 1");
    }

    @Test
    void rate_is_told_once_and_again_when_it_changes() {
        Gateways draining = serving("b", "new", 0).cordoned(30).drainingFor(5).draining(500, 20);
        assertThat(plan(1, serving("a", "new", 50), draining).orders()).isEmpty();
        assertThat(plan(1, serving("a", "new", 50).slow(800), draining).orders())
                .extracting(DrainOrder::disconnectsPerSecond)
                .containsExactly(250);
        assertThat(plan(1, serving("a", "new", 50).unready(), draining).orders())
                .as("nobody receives")
                .extracting(DrainOrder::disconnectsPerSecond)
                .containsExactly(5);
    }

    @Test
    void exactly_the_drained_or_the_overdue_is_removed() {
        Gateways other = serving("a", "new", 50);
        Gateways victim = serving("b", "new", 0).cordoned(30);
        assertThat(plan(1, other, victim).removals())
                .as("empty, and may get a client")
                .isEmpty();
        assertThat(plan(1, other, victim.drainingFor(5).draining(500, 3)).removals())
                .isEmpty();
        assertThat(plan(1, other, victim.drainingFor(5).draining(500, 0)).removals())
                .containsExactly(
                        new Removal(victim.drainingFor(5).draining(500, 0).get(), Reason.EMPTY));
        assertThat(plan(1, other, victim.drainingFor(599).with(null)).removals())
                .isEmpty();
        assertThat(plan(1, other, victim.drainingFor(600).with(null)).removals())
                .extracting(Removal::reason)
                .containsExactly(Reason.OVERDUE);
    }

    @Test
    void victim_without_a_process_is_removed_at_once() {
        GatewayPlan plan = plan(1, serving("a", "new", 5), pending("b", "new"));
        assertThat(plan.removals())
                .extracting(removal -> removal.gateway().name())
                .containsExactly("b");
    }

    @Test
    void rollout_adds_one_and_then_the_others_and_the_old_serve() {
        Gateways[] old = {serving("a", "old", 5), serving("b", "old", 5), serving("c", "old", 5)};
        assertThat(plan(3, old).create()).isEqualTo(1);
        assertThat(plan(3, old[0], old[1], old[2], pending("d", "new")).create())
                .isZero();
        GatewayPlan tried = plan(3, old[0], old[1], old[2], fresh("d", "new"));
        assertThat(tried.create()).isEqualTo(2);
        assertThat(tried.admit()).isEmpty();
        assertThat(tried.cordon()).isEmpty();
        assertThat(tried.held())
                .isEqualTo("rollout: 1 of 3 gateways of revision new are ready, the 3 of the old one serve"
                        + " until all are");
    }

    @Test
    void rollout_changes_the_whole_generation_at_once() {
        GatewayPlan plan =
                plan(2, serving("a", "old", 5), serving("b", "old", 9), fresh("c", "new"), fresh("d", "new"));
        assertThat(names(plan.admit())).containsExactlyInAnyOrder("c", "d");
        assertThat(names(plan.cordon())).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void nobody_is_told_to_go_before_all_of_the_old_are_out_of_the_endpoints() {
        Gateways c = serving("c", "new", 0);
        Gateways d = serving("d", "new", 0);
        assertThat(plan(2, serving("a", "old", 5).cordoned(60), serving("b", "old", 9), c, d)
                        .leave())
                .isEmpty();
        assertThat(plan(
                                2,
                                serving("a", "old", 5).cordoned(60),
                                serving("b", "old", 9).cordoned(19),
                                c,
                                d)
                        .leave())
                .isEmpty();
        assertThat(names(plan(
                                2,
                                serving("a", "old", 5).cordoned(60),
                                serving("b", "old", 9).cordoned(20),
                                c,
                                d)
                        .leave()))
                .containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void undone_rollout_takes_the_old_back_unless_one_of_them_has_begun() {
        GatewayPlan back = plan(
                2,
                serving("a", "new", 5).cordoned(5),
                serving("b", "new", 9).cordoned(5),
                serving("c", "other", 1),
                serving("d", "other", 0));
        assertThat(names(back.admit())).containsExactlyInAnyOrder("a", "b");
        assertThat(names(back.cordon())).containsExactlyInAnyOrder("c", "d");
        GatewayPlan begun = plan(
                2,
                serving("a", "old", 5).cordoned(60).leaving(),
                serving("b", "old", 9).cordoned(60),
                serving("c", "new", 1),
                serving("d", "new", 0).unready());
        assertThat(begun.admit()).isEmpty();
        assertThat(names(begun.leave())).containsExactly("b");
    }

    @Test
    void asked_to_go_by_somebody_else_is_replaced_and_waits_for_that() {
        GatewayPlan plan =
                plan(2, serving("a", "new", 5), serving("b", "new", 9).asked(600));
        assertThat(plan.create()).isEqualTo(1);
        assertThat(names(plan.cordon())).containsExactly("b");
        assertThat(plan.orders()).extracting(DrainOrder::patience).containsExactly(Departures.HOLD);
        assertThat(plan.removals()).isEmpty();
        GatewayPlan pressed =
                plan(2, serving("a", "new", 5), serving("b", "new", 5000).asked(20));
        assertThat(pressed.orders()).extracting(DrainOrder::patience).containsExactly(Duration.ZERO);
        GatewayPlan replaced = plan(
                2, serving("a", "new", 5), serving("b", "new", 9).cordoned(25).asked(600), serving("c", "new", 0));
        assertThat(replaced.create()).isZero();
        assertThat(replaced.orders()).extracting(DrainOrder::patience).containsExactly(Duration.ZERO);
    }

    /** An eviction on a machine that takes no new pods: its other gateways are replaced as well, and go when there are enough others. */
    @Test
    void gateways_of_a_machine_that_is_emptied_go_together() {
        Gateways asked = serving("a", "new", 50).on("m").asked(600);
        Gateways next = serving("b", "new", 50).on("m");
        Gateways stays = serving("c", "new", 50);
        GatewayPlan first = plan(3, asked, next, stays);
        assertThat(first.create()).isEqualTo(2);
        assertThat(names(first.cordon())).containsExactly("a");
        assertThat(first.orders().getFirst().patience()).isEqualTo(Departures.HOLD);
        assertThat(first.held())
                .isEqualTo("m is being emptied: its other gateways (1) go as well once 3 elsewhere are ready, now 1");

        Gateways cordoned = asked.cordoned(30);
        GatewayPlan ready = plan(3, cordoned, next, stays, fresh("d", "new"), fresh("e", "new"));
        assertThat(names(ready.admit())).containsExactlyInAnyOrder("d", "e");
        assertThat(names(ready.cordon())).containsExactly("b");
        assertThat(ready.orders().getFirst().patience())
                .as("while b can be reached")
                .isEqualTo(Departures.HOLD);

        Gateways[] others = {stays, serving("d", "new", 0), serving("e", "new", 0)};
        GatewayPlan closing = plan(3, cordoned, next.cordoned(1), others[0], others[1], others[2]);
        assertThat(closing.orders().getFirst().patience())
                .as("until balancers know")
                .isEqualTo(Departures.HOLD);
        GatewayPlan closed = plan(3, cordoned, next.cordoned(25), others[0], others[1], others[2]);
        assertThat(closed.orders().getFirst().patience()).isZero();
        assertThat(names(closed.leave())).containsExactly("b");
        assertThat(closed.create()).isZero();
    }

    @Test
    void neighbours_stay_where_the_machine_takes_new_pods_or_they_are_new_themselves() {
        Gateways asked = serving("a", "new", 50).asked(600);
        GatewayPlan open = plan(2, asked, serving("b", "new", 50));
        assertThat(open.create()).isEqualTo(1);
        assertThat(names(open.cordon())).containsExactly("a");
        assertThat(plan(2, asked.on("m"), serving("b", "new", 50).on("n")).create())
                .isEqualTo(1);
        GatewayPlan alone =
                plan(2, serving("a", "new", 50).on("m"), serving("b", "new", 50).on("m"));
        assertThat(alone.busy()).as("merely cordoned").isFalse();
        GatewayPlan ours = plan(
                2,
                asked.cordoned(20).on("m").drainingFor(9),
                serving("b", "new", 50).on("m"),
                serving("c", "new", 5));
        assertThat(ours.create()).as("the operator itself wanted it gone").isZero();
        assertThat(names(ours.cordon())).isEmpty();
    }

    @Test
    void one_without_clients_takes_nobody_with_it() {
        Gateways next = serving("b", "new", 50).on("m");
        GatewayPlan empty = plan(2, serving("a", "new", 0).on("m").asked(600), next);
        assertThat(empty.create()).isEqualTo(1);
        assertThat(names(empty.cordon())).containsExactly("a");
        GatewayPlan never = plan(1, pending("a", "new").on("m").asked(600), next);
        assertThat(never.create())
                .as("the operator removes those that never ran without a word")
                .isZero();
        assertThat(names(never.cordon())).containsExactly("a");
    }

    /** The operator died between the marks of two that were taken out together, and one of the others is unready now. */
    @Test
    void what_was_taken_out_with_one_that_leaves_does_not_come_back() {
        Gateways asked = serving("a", "new", 50).on("m").cordoned(60).asked(600);
        GatewayPlan plan = plan(
                2,
                asked,
                serving("b", "new", 50).on("m").cordoned(20).leaving(),
                serving("c", "new", 50).on("m").cordoned(20),
                serving("d", "new", 5),
                serving("e", "new", 5).unready());
        assertThat(plan.admit()).isEmpty();
    }

    /** Its patience would be over, but those that go with it have just been taken out and have patience too. */
    @Test
    void patience_is_counted_from_the_last_that_was_taken_out() {
        Gateways asked = serving("a", "new", 50).on("m").cordoned(60).asked(600);
        GatewayPlan plan = plan(1, asked, serving("b", "new", 50).on("m").cordoned(5), serving("d", "new", 5));
        assertThat(plan.orders().getFirst().patience()).isEqualTo(Duration.ofSeconds(15));
        assertThat(plan.leave()).isEmpty();
    }
}
