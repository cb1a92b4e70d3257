package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.ChannelMigrationStatus;
import io.slackwater.crds.MigrationStatus.Result;
import io.slackwater.crds.RingSpec;
import io.slackwater.e2e.stage.Alone;
import io.slackwater.e2e.stage.Log;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.StoredRing;
import io.slackwater.e2e.stage.Temporary;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import io.slackwater.e2e.stage.Windows;
import io.slackwater.e2e.traffic.HotChannels;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Planned changes of the ring wait, rest, go on and are given up, as people and windows say. */
@OnStage
class MigrationE2E {
    /**
     * Three nodes serve, and moves may run in an hour that is half a day away. {@code kubectl scale} asks for five: a ChannelMigration says
     * what that costs and when it may begin, and no pod is added. Then a window is opened, and the move runs in it. Its books balance, and
     * nothing is lost.
     */
    @Test
    void scale_out_waits_for_its_window(Stage stage) {
        Tier tier = stage.fresh("tidal", 3);
        Traffic traffic = stage.traffic(tier);
        tier.specify("{\"migration\":{\"windows\":" + Windows.closed() + "}}");

        tier.scale(5);
        ChannelMigration waiting = tier.awaitMigration("WaitingForWindow");
        assertThat(waiting.getStatus().message())
                .contains("opens at")
                .contains("%02d:00".formatted(Windows.openingHour()));
        assertThat(Objects.requireNonNull(waiting.getStatus().plan()).slots()).isBetween(6_000, 6_600);
        stage.operator().mayDie("while the move waits for its window");
        stage.pass(10);
        stage.operator().awaitReady();
        assertThat(tier.pods()).as("pods while it waits").hasSize(3);
        assertThat(tier.status().message()).contains("3 nodes serve, 5 are asked for");

        try (Temporary death = stage.operator().mayDieWhen("in the window", tier::migrating)) {
            tier.specify("{\"migration\":{\"windows\":" + Windows.OPEN + "}}");
            tier.awaitSettled(5);
        }
        ChannelMigration done = tier.awaitMigration("Completed");
        Result result = Objects.requireNonNull(done.getStatus().result());
        if (stage.operator().absence().isZero()) {
            assertThat(result.verified()).as("%s", result).isTrue();
            assertThat(result.lost()).isZero();
        } else {
            assertThat(result.toString())
                    .as("what its successor knows")
                    .containsPattern("lost=0|another operator began it, .* say lost 0 of");
        }
        traffic.stopAndExpectNothingLost();
        stage.dismantle(tier);
    }

    /**
     * A scale-out is paused when a tenth of the slots has moved. The leading operator is killed, and the next one leaves everything as it is.
     * Resumed, it goes on; cancelled half-way, it stops at the boundary of a handover, and the ring stays as it is. Then the former size is
     * asked for. Nothing is lost by any of that.
     */
    @Test
    @Alone
    void paused_operator_killed_resumed_cancelled(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);

        tier.scaleSlowly(5, 3);
        tier.awaitMoving(10);
        tier.tell("paused", true);
        tier.awaitMigration("Paused");
        String leader = stage.operator().leader();
        stage.operator().kill(leader);
        stage.operator().awaitReady();
        tier.await(
                "another operator leads", status -> !stage.operator().leader().equals(leader));
        tier.await(
                "it knows that the move is paused", status -> status.message().contains("paused"));
        Map<String, Integer> resting = tier.slots();
        stage.pass(5);
        assertThat(tier.slots()).as("slots while paused").isEqualTo(resting);

        tier.tell("paused", false);
        tier.await("it goes on", status -> !tier.slots().equals(resting));
        tier.tell("cancelled", true);
        tier.awaitMigration("Cancelled");
        tier.await("the handovers that were open have ended", status -> !Tier.is(status, "Migrating"));
        Map<String, Integer> left = tier.slots();
        stage.pass(5);
        assertThat(tier.slots()).as("slots after it was cancelled").isEqualTo(left);
        assertThat(left.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(16_384);

        tier.hurry();
        tier.scale(3);
        tier.awaitSettled(3);
        traffic.stopAndExpectNothingLost();
    }

    /**
     * Three of five messages are for sixteen channels that are on one of three nodes. When that node has been too busy for half a minute the operator
     * proposes to move some slots off it, says what that costs, and waits for approval. It is given, and the move runs: of what the traffic sends the
     * busiest node has no more than the bound then, few slots have moved, and nothing is lost.
     */
    @Test
    @Timeout(600)
    void rebalance_by_load_under_traffic(Stage stage) {
        Tier tier = stage.fresh("skewed", 3);
        tier.specify("{\"ring\":{\"rebalanceAfter\":\"30s\"},\"migration\":{\"approval\":\"Manual\"}}");
        StoredRing before = StoredRing.of(stage, tier);
        HotChannels hot = new HotChannels(before.channelsOfOneNode(16), 60);
        Traffic traffic = stage.traffic(tier, hot, 600, 100);

        // Members report every half a minute, and what they report is smoothed over two.
        tier.await(
                Duration.ofMinutes(5),
                "a rebalance is proposed",
                status -> tier.migration().getSpec().reason().equals("Rebalance"));
        ChannelMigration proposed = tier.awaitMigration("WaitingForApproval");
        ChannelMigrationStatus.Plan plan =
                Objects.requireNonNull(proposed.getStatus().plan());
        assertThat(plan.skewPercentBefore()).as("%s", plan).isGreaterThan(RingSpec.DEFAULT.maxLoadPercent());
        assertThat(plan.skewPercentAfter()).as("%s", plan).isLessThanOrEqualTo(RingSpec.DEFAULT.maxLoadPercent());
        assertThat(StoredRing.of(stage, tier).skewPercent(hot))
                .as("skew while it waits")
                .isEqualTo(before.skewPercent(hot));

        tier.tell("approved", true);
        ChannelMigration done = tier.awaitMigration("Completed");
        assertThat(Objects.requireNonNull(done.getStatus().result()).lost())
                .as("%s", done.getStatus())
                .isEqualTo(0);
        int after = StoredRing.of(stage, tier).skewPercent(hot);
        Log.line("skew: " + before.skewPercent(hot) + " %, then " + after + " %; planned: " + plan);
        assertThat(after).as("skew of what is sent, in percent").isLessThanOrEqualTo(RingSpec.DEFAULT.maxLoadPercent());
        assertThat(plan.slots()).as("%s", plan).isBetween(1, 100);
        traffic.stopAndExpectNothingLost();
        stage.dismantle(tier);
    }

    /**
     * A change of {@code spec.nodes} replaces every node, one by one: a new one is added, the old one is emptied and goes. Never do fewer than
     * three serve, the leading operator is killed on the way, and nothing is lost.
     */
    @Test
    @Alone
    void rolling_upgrade_of_all_nodes(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);
        Map<String, Integer> before = tier.lives();

        tier.specify("{\"nodes\":{\"config\":{\"maxclients\":\"" + (5_000 + before.hashCode() % 1_000) + "\"}}}");
        tier.await("an upgrade begins", status -> Tier.is(status, "Upgrading"));
        tier.await(
                "the first node is another one",
                status -> !tier.lives().keySet().containsAll(before.keySet()));
        stage.operator().kill(stage.operator().leader());
        tier.await(
                "every node is another one",
                status -> tier.lives().keySet().stream().noneMatch(before::containsKey));
        tier.awaitSettled(3);

        assertThat(tier.awaitMigration("Completed").getSpec().reason()).isEqualTo("Upgrade");
        traffic.stopAndExpectNothingLost();
    }

    /**
     * An image that does not exist: the first new pod never starts, no old one is touched, and the status says so. With the image of before
     * the upgrade is over, and the new pod is gone.
     */
    @Test
    void bad_image_stops_at_the_first_node(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);
        Map<String, Integer> before = tier.lives();
        String image = tier.get().getSpec().nodes().image();

        tier.specify("{\"nodes\":{\"image\":\"localhost/no-such-image:1\"}}");
        stage.operator().mayDie("with a bad image asked for");
        tier.await(
                "the upgrade stops",
                status -> Tier.is(status, "Degraded")
                        && Tier.message(status, "Degraded").contains("the upgrade stops")
                        && Tier.is(status, "Ready"));
        assertThat(tier.lives()).as("nodes that were there before").containsAllEntriesOf(before);
        stage.operator().awaitReady();
        stage.operator().mayDie("while the upgrade stands still");

        tier.specify("{\"nodes\":{\"image\":\"" + image + "\"}}");
        tier.awaitSettled(3);
        tier.await("nothing needs attention any more", status -> !Tier.is(status, "Degraded"));
        assertThat(tier.lives()).isEqualTo(before);
        traffic.stopAndExpectNothingLost();
    }
}
