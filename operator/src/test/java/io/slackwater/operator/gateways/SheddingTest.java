package io.slackwater.operator.gateways;

import static io.slackwater.operator.gateways.Gateways.NOW;
import static io.slackwater.operator.gateways.Gateways.fresh;
import static io.slackwater.operator.gateways.Gateways.serving;
import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.gateways.Shedding.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When clients are told to go to gateways that were added, and how many. In the order of their names each gateway is younger. */
class SheddingTest {
    private static final SheddingSettings SETTINGS = new SheddingSettings(110, 50);
    private static final DrainSettings DRAIN =
            new DrainSettings(Duration.ZERO, 500, Duration.ofMinutes(10), Duration.ofSeconds(30));

    private static List<ObservedGateway> tier(Gateways... gateways) {
        return Arrays.stream(gateways).map(Gateways::get).toList();
    }

    private static Shedding next(Shedding before, Instant now, Gateways... gateways) {
        return before.next(new WantedGateways(gateways.length, "r", DRAIN), SETTINGS, tier(gateways), now);
    }

    private static Map<String, ShedOrder> orders(Shedding shedding, Gateways... gateways) {
        return shedding.orders(tier(gateways), NOW).stream()
                .collect(Collectors.toMap(order -> order.gateway().name(), Function.identity()));
    }

    private static ShedOrder order(String name, Shedding shedding, Gateways... gateways) {
        return Objects.requireNonNull(orders(shedding, gateways).get(name));
    }

    @Test
    void older_gateways_tell_what_is_above_the_mean_and_share_the_rate() {
        Gateways[] tier = {serving("a", "r", 120), serving("b", "r", 180), serving("c", "r", 0)};
        Shedding shedding = next(Shedding.none(), NOW, tier);
        Map<String, ShedOrder> orders = orders(shedding, tier);
        assertThat(orders.keySet()).containsExactlyInAnyOrder("a", "b");
        assertThat(order("a", shedding, tier).clients()).isEqualTo(20);
        assertThat(order("b", shedding, tier).clients()).isEqualTo(80);
        assertThat(order("b", shedding, tier).disconnectsPerSecond()).isEqualTo(40);
        assertThat(order("a", shedding, tier).disconnectsPerSecond()).isEqualTo(10);
        assertThat(shedding.sentence())
                .isEqualTo("rebalancing connections: busiest 180 % of the mean, 0 told to go so far");
        Instant newest = tier(tier).getLast().pod().createdAt();
        assertThat(order("a", shedding, tier).olderThan())
                .as("who came before the newest gateway was created, with a margin")
                .isEqualTo(Duration.between(newest, NOW).plus(Shedding.MARGIN));
    }

    @Test
    void a_round_is_as_long_as_the_rate_allows() {
        Gateways[] tier = {serving("a", "r", 90_000), serving("b", "r", 0)};
        assertThat(order("a", next(Shedding.none(), NOW, tier), tier).clients()).isEqualTo(50 * ShedRound.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"110, 90, WATCHING", "111, 89, SHEDDING", "100, 0, SHEDDING", "99, 0, WATCHING"})
    void it_begins_above_the_bound_and_where_it_is_worth_it(int old, int young, Stage stage) {
        assertThat(next(Shedding.none(), NOW, serving("a", "r", old), serving("b", "r", young))
                        .stage())
                .isEqualTo(stage);
    }

    @Test
    void younger_gateways_keep_what_they_have() {
        assertThat(next(Shedding.none(), NOW, serving("a", "r", 100), serving("b", "r", 300))
                        .stage())
                .isEqualTo(Stage.WATCHING);
    }

    @Test
    void nothing_is_moved_while_the_tier_is_not_at_rest() {
        Gateways old = serving("a", "r", 300);
        List<Gateways> restless = List.of(
                fresh("b", "r"),
                serving("b", "r", 0).unready(),
                serving("b", "r", 0).with((GatewayReport) null),
                serving("b", "r", 0).cordoned(1),
                serving("b", "r", 0).cordoned(3).leaving(),
                serving("b", "r", 0).cordoned(3).leaving().selected(),
                serving("b", "r", 0).asked(30),
                serving("b", "older", 0),
                serving("b", "r", 0).draining(5, 3));
        for (Gateways other : restless) {
            assertThat(next(Shedding.none(), NOW, old, other).stage())
                    .as("%s", other)
                    .isEqualTo(Stage.WATCHING);
        }
        Shedding tooFew =
                Shedding.none().next(new WantedGateways(3, "r", DRAIN), SETTINGS, tier(old, serving("b", "r", 0)), NOW);
        assertThat(tooFew.stage()).as("one is to come").isEqualTo(Stage.WATCHING);
        Shedding tooMany =
                Shedding.none().next(new WantedGateways(1, "r", DRAIN), SETTINGS, tier(old, serving("b", "r", 0)), NOW);
        assertThat(tooMany.stage()).as("one is to go").isEqualTo(Stage.WATCHING);
    }

    @Test
    void what_was_begun_is_stopped_when_the_tier_is_no_longer_at_rest() {
        Gateways[] tier = {serving("a", "r", 300), serving("b", "r", 0)};
        Shedding begun = next(Shedding.none(), NOW, tier);
        Shedding stopped = next(begun, NOW.plusSeconds(1), tier[0], tier[1].unready());
        assertThat(stopped.active()).isTrue();
        ShedOrder stop = order("a", stopped, tier);
        assertThat(stop.clients()).isZero();
        assertThat(stop.id()).isNotEqualTo(order("a", begun, tier).id());
        Shedding done = stopped.heard(Map.of("a", new ShedAnswer.Said(stop.id(), 0, 0, 7)), NOW.plusSeconds(1));
        assertThat(orders(done, tier)).isEmpty();
        Shedding again = next(done, NOW.plusSeconds(4), tier);
        assertThat(order("a", again, tier).clients()).isPositive();
    }

    @Test
    void the_same_order_is_said_until_it_is_done_and_then_it_is_waited_for_those_who_come_back() {
        Gateways[] tier = {serving("a", "r", 300), serving("b", "r", 0)};
        Shedding begun = next(Shedding.none(), NOW, tier);
        ShedOrder order = order("a", begun, tier);
        Shedding later = next(begun, NOW.plusSeconds(1), tier);
        assertThat(order("a", later, tier).id()).isEqualTo(order.id());
        Shedding stays = later.heard(Map.of("a", new ShedAnswer.Said(order.id(), 150, 0, 2)), NOW.plusSeconds(3));
        assertThat(orders(stays, tier)).as("two have not gone yet").isNotEmpty();
        Shedding done = stays.heard(Map.of("a", new ShedAnswer.Said(order.id(), 150, 0, 0)), NOW.plusSeconds(4));
        assertThat(orders(next(done, NOW.plusSeconds(5), tier), tier)).isEmpty();
        Shedding even = next(done, NOW.plusSeconds(6), serving("a", "r", 160), serving("b", "r", 140));
        assertThat(even.stage()).isEqualTo(Stage.EVEN);
        assertThat(even.sentence())
                .isEqualTo(
                        "connections are rebalanced: busiest 107 % of the mean, before 200 %; 150 clients were told to go");
        assertThat(next(even, NOW.plusSeconds(60), tier).stage())
                .as("once for the tier as it is")
                .isEqualTo(Stage.EVEN);
        Gateways[] wider = {tier[0], tier[1], serving("c", "r", 0)};
        assertThat(next(even, NOW.plusSeconds(60), wider).stage()).isEqualTo(Stage.SHEDDING);
    }

    @Test
    void it_ends_when_nobody_is_left_to_tell() {
        Gateways[] tier = {serving("a", "r", 300), serving("b", "r", 0)};
        Shedding begun = next(Shedding.none(), NOW, tier);
        String id = order("a", begun, tier).id();
        Shedding none = begun.heard(Map.of("a", new ShedAnswer.Said(id, 0, 0, 0)), NOW);
        Shedding over = next(none, NOW.plusSeconds(3), tier);
        assertThat(over.stage()).isEqualTo(Stage.EXHAUSTED);
        assertThat(over.sentence()).contains("all clients came after the newest one");
    }

    @Test
    void image_that_does_not_know_it_is_named_once_and_left_alone() {
        Gateways[] tier = {serving("a", "r", 300), serving("b", "r", 0)};
        Shedding over = next(Shedding.none(), NOW, tier).heard(Map.of("a", new ShedAnswer.Unknown()), NOW);
        assertThat(over.stage()).isEqualTo(Stage.UNKNOWN);
        assertThat(over.sentence()).contains("does not know POST /shed");
        assertThat(orders(next(over, NOW.plusSeconds(60), tier), tier)).isEmpty();
    }

    @Test
    void slow_gateways_halve_the_rate_of_the_next_round() {
        Gateways[] tier = {serving("a", "r", 3000), serving("b", "r", 0)};
        Shedding begun = next(Shedding.none(), NOW, tier);
        Shedding done = begun.heard(
                Map.of("a", new ShedAnswer.Said(order("a", begun, tier).id(), 500, 0, 0)), NOW);
        Gateways[] slow = {serving("a", "r", 2700), serving("b", "r", 0).slow(900)};
        assertThat(order("a", next(done, NOW.plusSeconds(3), slow), slow).disconnectsPerSecond())
                .isEqualTo(25);
    }

    @Test
    void gateway_that_never_answers_does_not_hold_it_up() {
        Gateways[] tier = {serving("a", "r", 300), serving("b", "r", 0)};
        Shedding begun = next(Shedding.none(), NOW, tier);
        Shedding again = next(begun, NOW.plusSeconds(60), tier);
        assertThat(order("a", again, tier).id())
                .isNotEqualTo(order("a", begun, tier).id());
    }
}
