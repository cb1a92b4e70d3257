package io.slackwater.operator.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slackwater.operator.coordination.ClusterCoordinator.Proof;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.coordination.Snapshot.NodeStatus;
import io.slackwater.operator.coordination.Snapshot.State;
import io.slackwater.ring.LoadReport;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.Role;
import io.slackwater.ring.handover.Unreachable;
import io.slackwater.testkit.FaultProxy;
import io.slackwater.testkit.RedisProcess;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The coordinator over real servers, without members. */
class LettuceCoordinatorTest {
    private final CoordinatorThreads threads = new CoordinatorThreads(1);
    private final Tier tier = new Tier();
    private final InMemoryRingStore store = new InMemoryRingStore();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private LettuceCoordinator coordinator = coordinator();

    private LettuceCoordinator coordinator() {
        return new LettuceCoordinator(
                threads,
                "test/c1",
                "test/c1",
                NodeAccess.PLAIN,
                store,
                new CoordinatorMetrics(registry, "test", "c1"),
                Clock.systemUTC());
    }

    @AfterEach
    void end() {
        coordinator.close();
        threads.close();
        tier.close();
    }

    private Snapshot awaited(Predicate<Snapshot> condition) {
        return await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(coordinator::snapshot, condition);
    }

    private static NodeStatus node(Snapshot snapshot, String pod) {
        return Objects.requireNonNull(snapshot.nodes().get(Tier.uid(pod)), pod);
    }

    private static Ring ring(Snapshot snapshot) {
        return Objects.requireNonNull(snapshot.ring());
    }

    private static boolean settled(Snapshot s, int owners) {
        Ring ring = s.ring();
        return ring != null
                && ring.handovers().isEmpty()
                && ring.table().owners().size() == owners
                && ring.nodes().size() == owners
                && s.migration() == null
                && s.waiting().isEmpty();
    }

    private static int moved(SlotTable a, SlotTable b) {
        int moved = 0;
        for (int slot = 0; slot < 16_384; slot++) {
            moved += Objects.equals(a.owner(slot), b.owner(slot)) ? 0 : 1;
        }
        return moved;
    }

    private Snapshot startThree() {
        tier.start("p1", "p2", "p3");
        coordinator.wish(tier.wish("p1", "p2", "p3"));
        return awaited(s -> settled(s, 3));
    }

    @Test
    void the_first_ring_waits_for_enough_nodes_and_is_persisted() {
        tier.start("p1", "p2", "p3").notReady("p3");
        coordinator.wish(tier.wish("p1", "p2", "p3"));
        awaited(s -> s.waiting().contains("2 of the 3"));
        assertThat(store.read()).isNull();
        tier.ready("p3");
        coordinator.wish(tier.wish("p1", "p2", "p3"));

        Snapshot snapshot = awaited(s -> settled(s, 3));

        assertThat(snapshot.leading()).isTrue();
        assertThat(snapshot.nodes().values()).allMatch(node -> node.state() == State.SERVING);
        assertThat(snapshot.skewPercent()).isBetween(100, 125);
        assertThat(Objects.requireNonNull(store.read()).ring()).isEqualTo(ring(snapshot));
    }

    @Test
    void growing_moves_the_minimum_and_shrinking_ends_in_proof() throws Exception {
        SlotTable before = ring(startThree()).table();
        tier.start("p4", "p5");
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4", "p5"));
        Snapshot five = awaited(s -> settled(s, 5));
        Migration out = Objects.requireNonNull(five.lastMigration());

        assertThat(out.reason()).isEqualTo("ScaleOut");
        assertThat(out.slotsMoved()).isEqualTo(2 * (16_384 / 5));
        assertThat(moved(before, ring(five).table())).isEqualTo(2 * (16_384 / 5));
        assertThat(coordinator
                        .proveRemovable(Tier.uid("p1"))
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS))
                .isInstanceOf(Proof.Refused.class);

        coordinator.wish(tier.wish("p2", "p3"));
        Snapshot two = awaited(s -> settled(s, 2));

        assertThat(Objects.requireNonNull(two.lastMigration()).reason()).isEqualTo("ScaleIn");
        for (String gone : new String[] {"p1", "p4", "p5"}) {
            assertThat(node(two, gone).state()).isEqualTo(State.RETIRED);
            assertThat(coordinator
                            .proveRemovable(Tier.uid(gone))
                            .toCompletableFuture()
                            .get(5, TimeUnit.SECONDS))
                    .isEqualTo(new Proof.Removable());
        }
        Map<String, Integer> slots = ring(two).table().slotsPerNode();
        assertThat(slots.values()).allMatch(count -> count <= 16_384 / 2 * 1.25);
    }

    @Test
    void a_node_that_carries_too_much_is_relieved_once_when_that_is_asked_for() throws Exception {
        Snapshot three = startThree();
        String busy = node(three, "p2").nodeId();
        SlotTable before = ring(three).table();
        long[] deliveries = new long[16_384];
        Arrays.fill(deliveries, 20);
        before.slotsOf(busy).forEach(slot -> deliveries[slot] = 60);
        LoadReport report = LoadReport.of("gateway-0", 10_000, deliveries, new int[16_384], List.of());
        try (RedisClient member = RedisClient.create()) {
            RedisProcess server = tier.server("p1");
            member.connect(ByteArrayCodec.INSTANCE, RedisURI.create(server.host(), server.port()))
                    .sync()
                    .publish(new ClusterNames("test/c1").acks().getBytes(UTF_8), report.encode());
        }
        awaited(s -> s.measured().slots().members() == 1);
        coordinator.wish(tier.wish("p1", "p2", "p3"));
        assertThat(ring(awaited(s -> settled(s, 3))).table())
                .as("nobody has asked")
                .isEqualTo(before);

        tier.rebalance = 1;
        coordinator.wish(tier.wish("p1", "p2", "p3"));
        Snapshot after =
                awaited(s -> settled(s, 3) && s.rest() != null && s.rest().rebalance() == 1);

        assertThat(Objects.requireNonNull(after.lastMigration()).reason()).isEqualTo("Rebalance");
        SlotLoad load = after.measured().slots().slots();
        double mean = load.total() / 3.0;
        assertThat(load.perNode(before).getOrDefault(busy, 0L) / mean).isGreaterThan(1.4);
        assertThat(load.perNode(ring(after).table()).values()).allMatch(each -> each / mean < 1.2);
        assertThat(moved(before, ring(after).table())).isBetween(100, 16_384 / 5);

        coordinator.wish(tier.wish("p1", "p2", "p3"));
        assertThat(ring(awaited(s -> settled(s, 3))).table())
                .isEqualTo(ring(after).table());
    }

    @Test
    void a_node_that_dies_fails_over_within_a_second_and_no_survivor_is_above_the_bound() {
        Snapshot three = startThree();
        String dead = node(three, "p2").nodeId();
        tier.kill("p2");
        Instant died = Instant.now();
        coordinator.wish(tier.wish("p1", "p2", "p3"));

        Snapshot after =
                awaited(s -> s.ring() != null && !s.ring().table().owners().contains(dead));

        assertThat(Duration.between(died, Instant.now())).isLessThan(Duration.ofSeconds(1));
        assertThat(ring(after).dead()).containsExactly(dead);
        assertThat(ring(after).table().slotsPerNode().values()).allMatch(count -> count <= 16_384 / 2 * 1.25);
        assertThat(awaited(s -> s.notices().stream().anyMatch(n -> n.reason().equals("FailedOver")))
                        .notices())
                .extracting(Snapshot.Notice::reason)
                .contains("NodeDead");
    }

    @Test
    void a_node_that_restarts_empty_in_place_comes_back_as_another_node() {
        Snapshot three = startThree();
        String former = node(three, "p2").nodeId();
        tier.restart("p2");
        coordinator.wish(tier.wish("p1", "p2", "p3"));

        Snapshot after = awaited(s -> settled(s, 3) && !ring(s).table().owners().contains(former));

        assertThat(ring(after).dead()).containsExactly(former);
        assertThat(node(after, "p2").nodeId()).startsWith("p2/").isNotEqualTo(former);
        assertThat(node(after, "p2").state()).isEqualTo(State.SERVING);
    }

    @Test
    void of_two_coordinators_one_is_deposed_and_the_other_goes_on() {
        startThree();
        try (LettuceCoordinator successor = coordinator()) {
            successor.wish(tier.wish("p1", "p2", "p3"));
            await().until(() -> successor.snapshot().leading()
                    && Objects.requireNonNull(successor.snapshot().ring()).term() == 2);
            tier.start("p4");
            coordinator.wish(tier.wish("p1", "p2", "p3", "p4"));
            awaited(s -> !s.leading());
            assertThat(coordinator.snapshot().waiting()).startsWith("deposed");
            successor.wish(tier.wish("p1", "p2", "p3", "p4"));
            await().atMost(Duration.ofSeconds(30)).until(() -> settled(successor.snapshot(), 4));
        }
    }

    @Test
    void a_successor_goes_on_to_the_same_goal() {
        tier.slotsPerBatch = 256;
        SlotTable before = ring(startThree()).table();
        tier.start("p4", "p5");
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4", "p5"));
        awaited(s -> s.migration() != null && s.migration().handoversDone() >= 3);
        coordinator.close();
        coordinator = coordinator();
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4", "p5"));

        Snapshot five = awaited(s -> settled(s, 5));

        assertThat(moved(before, ring(five).table())).isEqualTo(2 * (16_384 / 5));
        assertThat(ring(five).table().slotsPerNode())
                .containsEntry(node(five, "p4").nodeId(), 16_384 / 5)
                .containsEntry(node(five, "p5").nodeId(), 16_384 / 5);
    }

    @Test
    void a_wish_that_changes_midway_is_followed_and_moves_no_more_than_needed() {
        tier.slotsPerBatch = 256;
        SlotTable before = ring(startThree()).table();
        tier.start("p4", "p5");
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4"));
        awaited(s -> s.migration() != null && s.migration().handoversDone() >= 3);
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4", "p5"));

        Snapshot five = awaited(s -> settled(s, 5));

        assertThat(ring(five).table().slotsPerNode())
                .containsEntry(node(five, "p4").nodeId(), 16_384 / 5)
                .containsEntry(node(five, "p5").nodeId(), 16_384 / 5);
        assertThat(moved(before, ring(five).table())).isEqualTo(2 * (16_384 / 5));
    }

    @Test
    void nothing_new_is_begun_while_paused() {
        startThree();
        tier.start("p4").paused = true;
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4"));
        awaited(s -> s.waiting().equals("paused"));
        assertThat(ring(coordinator.snapshot()).table().owners()).hasSize(3);
        tier.paused = false;
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4"));
        awaited(s -> settled(s, 4));
    }

    @Test
    void a_pod_that_was_asked_to_go_is_emptied_also_while_moves_are_held() {
        startThree();
        tier.paused = true;
        tier.terminating("p2");
        coordinator.wish(tier.wish("p1", "p3"));
        Snapshot empty = awaited(s -> node(s, "p2").slots() == 0);
        assertThat(ring(empty).table().owners()).hasSize(2);
        assertThat(empty.waiting()).isEqualTo("paused");
        awaited(s -> ring(s).nodes().size() == 2); // else its pod could not end
    }

    @Test
    void what_was_abandoned_half_way_stays_as_it_is() {
        startThree();
        tier.slotsPerBatch = 64;
        tier.start("p4");
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4"));
        awaited(s -> s.nodes().containsKey(Tier.uid("p4")) && node(s, "p4").slots() > 0);
        tier.paused = true;
        tier.abandoned = true;
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4"));
        Snapshot still =
                awaited(s -> s.migration() == null && ring(s).handovers().isEmpty());
        assertThat(node(still, "p4").slots()).isBetween(1, 4_000);
        assertThat(still.notices()).anyMatch(notice -> notice.reason().equals("MigrationCancelled"));
    }

    @Test
    void slots_stay_where_a_client_listens_that_does_not_follow_the_ring() {
        startThree();
        RedisClient stranger = RedisClient.create(
                "redis://" + tier.server("p1").host() + ":" + tier.server("p1").port());
        try (StatefulRedisPubSubConnection<String, String> listens = stranger.connectPubSub()) {
            listens.sync().subscribe("friends:7");
            tier.start("p4");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> coordinator.snapshot().measured().nonMembers().size() == 1);
            coordinator.wish(tier.wish("p2", "p3", "p4"));
            Snapshot blocked = awaited(s -> s.waiting().contains("does not follow the ring"));
            assertThat(blocked.waiting()).contains("127.0.0.1:", "user default", "last command subscribe");
            assertThat(node(blocked, "p1").slots()).isPositive();

            tier.passNonMembers = true;
            coordinator.wish(tier.wish("p2", "p3", "p4"));
            awaited(s -> node(s, "p1").slots() == 0);
        } finally {
            stranger.shutdown();
        }
    }

    @Test
    void an_operator_that_alone_is_cut_off_says_so_and_moves_nothing() {
        tier.start("p1", "p2", "p3", "p4");
        try (FaultProxy proxy =
                FaultProxy.to(tier.server("p2").host(), tier.server("p2").port())) {
            tier.at("p2", proxy.port());
            coordinator.wish(tier.wish("p1", "p2", "p3"));
            String p2 = node(awaited(s -> settled(s, 3)), "p2").nodeId();
            Ring before = ring(coordinator.snapshot());
            proxy.refuse().cut();
            Snapshot cut = awaited(s -> s.cutOff().contains(p2));
            coordinator.wish(tier.wish("p1", "p2", "p3", "p4"));
            awaited(s -> s.waiting().contains("cannot reach " + p2));
            Instant later = Instant.now().plusMillis(Verdict.DOUBT_MILLIS + 500);
            awaited(s -> s.at().isAfter(later));

            assertThat(ring(coordinator.snapshot())).isEqualTo(before);
            assertThat(ring(cut).dead()).isEmpty();
            proxy.heal();
            awaited(s -> settled(s, 4) && s.cutOff().isEmpty());
        }
    }

    @Test
    void a_node_that_hangs_and_is_not_ready_is_given_up() {
        String hung = node(startThree(), "p3").nodeId();
        tier.server("p3").pause();
        tier.notReady("p3");
        coordinator.wish(tier.wish("p1", "p2", "p3"));

        Snapshot after = awaited(s -> s.ring() != null && s.ring().isDead(hung));

        assertThat(node(after, "p3").state()).isEqualTo(State.DEAD);
        tier.server("p3").resume();
        tier.ready("p3");
        coordinator.wish(tier.wish("p1", "p2"));
        Snapshot later = awaited(s -> settled(s, 2));
        assertThat(ring(later).table().owners()).doesNotContain(hung);
    }

    /** A server that accepts and does not answer is ready as far as its probes can tell: its members say that it is not. */
    @Test
    void a_node_that_hangs_and_is_ready_is_given_up_when_most_members_cannot_reach_it() throws Exception {
        String hung = node(startThree(), "p3").nodeId();
        try (RedisClient redis = RedisClient.create()) {
            List<RedisCommands<byte[], byte[]>> members =
                    List.of(member(redis, "gateway-0"), member(redis, "gateway-1"), member(redis, "gateway-2"));
            awaited(s -> s.members() == 3);
            tier.server("p3").pause();
            awaited(s -> s.cutOff().contains(hung));

            Instant later = Instant.now().plusMillis(Verdict.MEMBERS_DOUBT_MILLIS + 1_000);
            awaited(s -> {
                complain(members.getFirst(), "gateway-0", hung);
                return s.at().isAfter(later);
            });
            assertThat(ring(coordinator.snapshot()).isDead(hung))
                    .as("one of three says so")
                    .isFalse();

            Snapshot after = awaited(s -> {
                complain(members.get(0), "gateway-0", hung);
                complain(members.get(1), "gateway-1", hung);
                return ring(s).isDead(hung);
            });
            assertThat(after.notices()).anyMatch(notice -> notice.message().contains("most members cannot reach it"));
        }
        tier.server("p3").resume();
    }

    @Test
    void a_successor_that_never_reached_a_dead_node_knows_it_and_whether_it_has_come_back() {
        String hung = node(startThree(), "p3").nodeId();
        tier.server("p3").pause();
        tier.notReady("p3");
        coordinator.wish(tier.wish("p1", "p2", "p3"));
        awaited(s -> ring(s).isDead(hung));
        coordinator.close();

        coordinator = coordinator();
        coordinator.wish(tier.wish("p1", "p2", "p3"));
        Snapshot silent = awaited(s -> s.leading() && node(s, "p3").state() == State.DEAD);
        assertThat(node(silent, "p3").nodeId()).isEqualTo(hung);
        assertThat(silent.silent(Tier.uid("p3"))).isTrue();

        tier.server("p3").resume();
        Snapshot back = awaited(s -> !s.silent(Tier.uid("p3")));
        assertThat(node(back, "p3").state()).isEqualTo(State.DEAD);
        assertThat(Objects.requireNonNull(node(back, "p3").death()).answers()).isTrue();
    }

    private RedisCommands<byte[], byte[]> member(RedisClient redis, String name) {
        RedisProcess server = tier.server("p1");
        RedisCommands<byte[], byte[]> connection = redis.connect(
                        ByteArrayCodec.INSTANCE, RedisURI.create(server.host(), server.port()))
                .sync();
        connection.clientSetname(new ConnectionName(ConnectionName.VERSION, "test/c1", name, Role.PUBLISHER)
                .toString()
                .getBytes(UTF_8));
        return connection;
    }

    private static void complain(RedisCommands<byte[], byte[]> connection, String member, String node) {
        connection.publish(
                new ClusterNames("test/c1").acks().getBytes(UTF_8), new Unreachable(member, List.of(node)).encode());
    }
}
