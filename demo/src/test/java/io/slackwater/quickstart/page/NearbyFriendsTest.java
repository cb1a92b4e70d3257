package io.slackwater.quickstart.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.client.PubSub;
import io.slackwater.quickstart.stage.FriendGateways;
import io.slackwater.quickstart.stage.FriendGateways.Gateway;
import io.slackwater.quickstart.stage.Machine;
import io.slackwater.quickstart.stage.SlackwaterTier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a real browser, through what happens to a real-time product: the pub/sub tier grows, the gateway that the page is connected to is asked to go, and all
 * gateways are replaced. Operator, gateways and nodes are processes of their own. What the page has counted is judged here.
 */
@Timeout(600)
class NearbyFriendsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    @TempDir
    Path folder;

    @BeforeAll
    static void needed() {
        Chromium.skipWithout();
    }

    @Test
    void noFriendIsMissedThroughAScaleOutADrainAndARollout() throws IOException {
        Path home = Path.of("..").toAbsolutePath().normalize();
        try (Machine machine = Machine.start(folder.resolve("state"), false);
                SlackwaterTier tier = new SlackwaterTier(machine, home)) {
            tier.start();
            FriendGateways gateways = new FriendGateways(machine, tier.name());
            try (NearbyFriends nearby = new NearbyFriends(tier, gateways, home, 7, () -> true)) {
                gateways.awaitServing(PATIENCE.toSeconds());
                try (Chromium browser = new Chromium(nearby.address(), folder)) {
                    Seen last = driven(nearby, gateways, tier);
                    assertThat(last.friends()).as("counted by the page").allMatch(Seen.Friend::clean);
                    assertThat(last.possibleGaps()).as("possible gaps").isZero();
                    assertThat(last.losses()).as("lost connections").isZero();
                    assertThat(last.moves()).as("changes of gateway").isGreaterThanOrEqualTo(2);
                    assertThat(last.takenOver()).as("takeovers").isEqualTo(40 * last.moves());
                    assertThat(nearby.friends().failed())
                            .as("publishes that failed")
                            .isZero();
                    gapsAreSeen(nearby, tier);
                    assertThat(browser.complaints()).as("what the browser says").isEmpty();
                }
            }
        }
    }

    /** @return what the page has seen when every message has been published and taken */
    private static Seen driven(NearbyFriends nearby, FriendGateways gateways, SlackwaterTier tier) {
        await("the page follows all friends")
                .untilAsserted(
                        () -> assertThat(seen(nearby).friends()).hasSize(40).allMatch(friend -> friend.received() > 5));

        tier.scale(4);
        await("four nodes").until(() -> tier.settled(4));

        gateways.drain(seen(nearby).gateway());
        await("the page has gone over").until(() -> seen(nearby).moves() >= 1);

        List<String> old = gateways.all().stream().map(Gateway::pod).toList();
        gateways.replaceAll();
        await("only new gateways").until(() -> {
            List<String> now = gateways.all().stream().map(Gateway::pod).toList();
            return now.size() == 2 && now.stream().noneMatch(old::contains);
        });
        Seen after = seen(nearby);

        await("all friends are still seen")
                .untilAsserted(() -> assertThat(seen(nearby).friends())
                        .zipSatisfy(
                                after.friends(),
                                (now, then) -> assertThat(now.received()).isGreaterThan(then.received() + 10)));
        nearby.friends().close();
        await("the last message of each friend")
                .untilAsserted(() -> assertThat(seen(nearby).friends())
                        .extracting(Seen.Friend::last)
                        .isEqualTo(IntStream.range(0, 40)
                                .mapToObj(nearby.friends()::last)
                                .toList()));
        Seen last = seen(nearby);
        System.out.println("nearby friends: " + last.moves() + " changes of gateway, " + last.takenOver()
                + " channels taken over, "
                + last.friends().stream().mapToLong(Seen.Friend::received).sum() + " messages");
        return last;
    }

    /** The page does see what is missing, comes twice or late: a number that nobody has published, the one after it again, and then that number after all. */
    private static void gapsAreSeen(NearbyFriends nearby, SlackwaterTier tier) {
        int someone = 3;
        long next = nearby.friends().last(someone) + 1;
        try (PubSub member = NearbyFriends.join(tier, "liar")) {
            for (long n : new long[] {next + 1, next + 1, next + 3, next}) {
                member.publish(Friends.channel(someone), ("{\"n\":" + n + ",\"x\":0.5,\"y\":0.5}").getBytes(UTF_8));
            }
            await("what is wrong is counted")
                    .untilAsserted(() -> assertThat(seen(nearby).friends().get(someone))
                            .returns(1L, Seen.Friend::missed)
                            .returns(1L, Seen.Friend::repeated)
                            .returns(1L, Seen.Friend::reordered));
        }
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(200));
    }

    private static Seen seen(NearbyFriends nearby) {
        List<Seen> pages = List.copyOf(nearby.seen());
        return pages.isEmpty() ? new Seen("0".repeat(16), "", 0, 0, 0, 0, List.of()) : pages.getLast();
    }
}
