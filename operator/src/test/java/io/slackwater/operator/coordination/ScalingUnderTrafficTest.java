package io.slackwater.operator.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slackwater.client.ClientSettings;
import io.slackwater.client.ClientSettingsBuilder;
import io.slackwater.client.PubSubClient;
import io.slackwater.operator.coordination.ClusterCoordinator.Proof;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.coordination.TrafficChecker.Result;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.HandoverSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The purpose of it all: a tier grows and shrinks under traffic, over real servers and through the real client, and every message is counted. */
class ScalingUnderTrafficTest {
    private static final Logger log = LoggerFactory.getLogger(ScalingUnderTrafficTest.class);
    private static final String CLUSTER = "test/traffic";
    private static final int CLIENTS = 4;
    private static final int CHANNELS = 1_000;
    private static final int PER_SECOND = 2_000;
    /** A machine that is busy with other tests answers late; being late is another test's subject. */
    private static final HandoverSettings PATIENT = new HandoverSettings(5_000, 1_000, 20_000, 20_000, 64 << 20, 4);

    private final CoordinatorThreads threads = new CoordinatorThreads(1);
    private final Tier tier = new Tier();
    private final InMemoryRingStore store = new InMemoryRingStore();
    private final TrafficChecker checker = new TrafficChecker(CLIENTS, CHANNELS);
    private final List<PubSubClient> clients = new ArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private LettuceCoordinator coordinator = coordinator();

    private LettuceCoordinator coordinator() {
        return coordinator(store);
    }

    private LettuceCoordinator coordinator(RingStore store) {
        return coordinator(store, ConnectionName.VERSION);
    }

    private LettuceCoordinator coordinator(RingStore store, int version) {
        return new LettuceCoordinator(
                threads,
                CLUSTER,
                CLUSTER,
                NodeAccess.PLAIN,
                store,
                new CoordinatorMetrics(registry, "test", "c1"),
                Clock.systemUTC(),
                version);
    }

    @AfterEach
    void end() {
        clients.forEach(PubSubClient::close);
        coordinator.close();
        threads.close();
        tier.close();
    }

    private void startThreeWithTraffic() {
        startThreeWithTraffic(Collections.nCopies(CLIENTS, ConnectionName.VERSION));
    }

    /** @param versions of the protocol, one for each member */
    private void startThreeWithTraffic(List<Integer> versions) {
        tier.handover = PATIENT;
        tier.start("p1", "p2", "p3");
        coordinator.wish(tier.wish("p1", "p2", "p3"));
        awaitOwners(3);
        for (int i = 0; i < versions.size(); i++) {
            clients.add(PubSubClient.connect(settings(versions.get(i)).build(), checker.listener(i)));
        }
        checker.start(clients, PER_SECOND);
        awaitPublished(PER_SECOND);
    }

    private ClientSettingsBuilder settings(int version) {
        return ClientSettings.builder(
                        CLUSTER,
                        new Address(tier.server("p1").host(), tier.server("p1").port()))
                .handover(PATIENT)
                .protocolVersion(version);
    }

    private void awaitPublished(long more) {
        long until = checker.published() + more;
        await().atMost(Duration.ofSeconds(60)).until(() -> checker.published() >= until);
    }

    private Snapshot awaitOwners(int owners) {
        return await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(coordinator::snapshot, s -> {
                    Ring ring = s.ring();
                    return ring != null
                            && s.leading()
                            && ring.handovers().isEmpty()
                            && ring.nodes().size() == owners
                            && ring.table().owners().size() == owners
                            && s.migration() == null;
                });
    }

    private static Migration booksOf(Snapshot snapshot) {
        return Objects.requireNonNull(snapshot.lastMigration());
    }

    private void assertNothingLost(Result result) {
        log.info("{}", result);
        assertThat(result.lost()).as("lost").isZero();
        assertThat(result.duplicated()).as("duplicated").isZero();
        assertThat(result.late()).as("out of order").isZero();
        assertThat(result.disagreements()).as("channels with two orders").isZero();
        assertThat(result.notSent() + result.unknown()).as("failed publishes").isZero();
        assertThat(result.delivered()).isEqualTo(result.published() * CLIENTS).isEqualTo(result.counted());
    }

    @Test
    void three_to_five_to_two_loses_nothing_and_the_books_say_so() throws Exception {
        startThreeWithTraffic();

        tier.start("p4", "p5");
        coordinator.wish(tier.wish("p1", "p2", "p3", "p4", "p5"));
        Migration out = booksOf(awaitOwners(5));
        coordinator.wish(tier.wish("p4", "p2"));
        Migration in = booksOf(awaitOwners(2));
        awaitPublished(PER_SECOND);
        Result result = checker.stop(Duration.ofSeconds(20));

        log.info("out: {}", out);
        log.info("in: {}", in);
        assertNothingLost(result);
        for (Migration move : List.of(out, in)) {
            assertThat(Objects.requireNonNull(move.books()).verified())
                    .as(move.toString())
                    .isTrue();
            assertThat(move.books().lost()).isZero();
            assertThat(move.membersFenced()).isZero();
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> coordinator
                                .proveRemovable(Tier.uid("p1"))
                                .toCompletableFuture()
                                .get(5, TimeUnit.SECONDS)
                        instanceof Proof.Removable);
    }

    @Test
    void an_operator_that_dies_in_any_phase_is_succeeded_and_nothing_is_lost() throws Exception {
        startThreeWithTraffic();
        tier.start("p4");
        boolean grown = false;
        for (Phase phase : Phase.values()) {
            for (boolean written : new boolean[] {false, true}) {
                grown = !grown;
                String[] owners = grown ? new String[] {"p1", "p2", "p3", "p4"} : new String[] {"p1", "p2", "p3"};
                coordinator.close();
                DyingStore dying = new DyingStore(store, phase, written);
                coordinator = coordinator(dying);
                coordinator.wish(tier.wish(owners));
                assertThat(dying.dead().await(30, TimeUnit.SECONDS))
                        .as("dies in " + phase)
                        .isTrue();
                coordinator.close();
                coordinator = coordinator();
                coordinator.wish(tier.wish(owners));
                awaitOwners(owners.length);
            }
        }
        awaitPublished(PER_SECOND);
        assertNothingLost(checker.stop(Duration.ofSeconds(20)));
    }

    /** Brings the tier to these owners, and gives the versions in which rings were published meanwhile. */
    private List<Integer> move(String... owners) {
        try (PublishedVersions published = new PublishedVersions(tier.server("p1"), CLUSTER)) {
            coordinator.wish(tier.wish(owners));
            Migration move = booksOf(awaitOwners(owners.length));
            assertThat(Objects.requireNonNull(move.books()).verified())
                    .as(move.toString())
                    .isTrue();
            assertThat(move.books().lost()).isZero();
            assertThat(move.membersFenced()).isZero();
            return published.versions();
        }
    }

    private void awaitVersion(int version) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> registry.get("slackwater.cluster.protocol.version")
                                .gauge()
                                .value()
                        == version);
    }

    @Test
    void rings_are_told_as_changes_while_every_member_reads_them_and_whole_once_an_older_one_comes() throws Exception {
        startThreeWithTraffic();
        tier.start("p4");
        move("p1", "p2", "p3", "p4");
        awaitVersion(2);
        assertThat(move("p1", "p2", "p3")).as("while all are new").containsExactly(2);

        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (PubSubClient old = PubSubClient.connect(settings(1).meters(meters).build(), (channel, payload) -> {})) {
            old.subscribe(List.of("news")).toCompletableFuture().get(10, TimeUnit.SECONDS);
            awaitVersion(1);
            assertThat(coordinator.snapshot().notices())
                    .as("who holds the tier back is told")
                    .anySatisfy(notice -> assertThat(notice.message()).contains(old.member()));
            assertThat(move("p1", "p2", "p3", "p4"))
                    .as("with one that is older, from when it is seen on this node, which may be later than on another")
                    .isIn(List.of(1), List.of(2, 1));
            long epoch = Objects.requireNonNull(coordinator.published()).epoch();
            await().atMost(Duration.ofSeconds(5))
                    .until(() ->
                            meters.get("slackwater.client.ring.epoch").gauge().value() == epoch);
        }
        tier.start("p5");
        move("p1", "p2", "p3", "p4", "p5");
        awaitVersion(2);
        assertThat(move("p1", "p2", "p3")).as("once it has gone").containsExactly(2);
        awaitPublished(PER_SECOND);
        assertNothingLost(checker.stop(Duration.ofSeconds(20)));
    }

    @Test
    void older_members_take_part_in_moves_of_a_newer_operator() throws Exception {
        startThreeWithTraffic(List.of(1, 2, 1, 2));
        tier.start("p4");
        assertThat(move("p1", "p2", "p3", "p4")).containsExactly(1);
        assertThat(move("p1", "p2", "p3")).containsExactly(1);
        awaitPublished(PER_SECOND);
        assertNothingLost(checker.stop(Duration.ofSeconds(20)));
    }

    @Test
    void newer_members_take_part_in_moves_of_an_older_operator_that_succeeds_a_newer_one() throws Exception {
        startThreeWithTraffic();
        tier.start("p4");
        move("p1", "p2", "p3", "p4");
        coordinator.close();
        coordinator = coordinator(store, 1);
        assertThat(move("p1", "p2", "p3")).containsExactly(1);
        awaitPublished(PER_SECOND);
        assertNothingLost(checker.stop(Duration.ofSeconds(20)));
    }
}
