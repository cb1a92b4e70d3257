package io.slackwater.client;

import static io.slackwater.client.PublishSubscribeTest.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.KillArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.slackwater.ring.handover.NodeUsers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Members of a tier with TLS and passwords, while both are changed. */
class SecuredTierTest {
    private static final MessageListener NOBODY = (channel, payload) -> {};

    @Test
    void a_server_with_the_certificate_of_another_is_not_used() throws Exception {
        try (TestTier tier = TestTier.secured(1, 1, new TierSecurity("test"))) {
            ClientSettings settings = tier.settings()
                    .seedTlsName("somebody.test")
                    .startTimeout(Duration.ofSeconds(2))
                    .build();
            assertThatThrownBy(() -> PubSubClient.connect(settings, NOBODY))
                    .hasMessageContaining("No subject alternative DNS name matching somebody.test");
        }
    }

    @Test
    void who_has_no_password_hears_what_is_missing() throws Exception {
        TierSecurity security = new TierSecurity("test");
        try (TestTier tier = TestTier.secured(1, 1, security)) {
            security.memberPassword("wrong");
            ClientSettings settings =
                    tier.settings().startTimeout(Duration.ofSeconds(2)).build();
            assertThatThrownBy(() -> PubSubClient.connect(settings, NOBODY))
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("wrong,");
        }
    }

    @Test
    void a_new_password_is_used_at_the_next_connect() throws Exception {
        TierSecurity security = new TierSecurity("test");
        try (TestTier tier = TestTier.secured(1, 1, security);
                PubSubClient client = PubSubClient.connect(tier.settings().build(), NOBODY)) {
            get(client.subscribe(List.of("room-1")));
            assertThat(get(client.publish("room-1", "here".getBytes(UTF_8)))).isEqualTo(1);
            String old = TierSecurity.hash(TierSecurity.password(NodeUsers.MEMBER));
            tier.setUser(0, NodeUsers.MEMBER, old, TierSecurity.hash("fresh"));
            security.memberPassword("fresh");
            long before = connections(tier);
            tier.setUser(0, NodeUsers.MEMBER, TierSecurity.hash("fresh"));
            assertThat(get(client.publish("room-1", "still here".getBytes(UTF_8))))
                    .isEqualTo(1);
            assertThat(connections(tier)).as("nobody was disconnected").isEqualTo(before);

            killMembers(tier);
            await().atMost(20, SECONDS).until(() -> tier.subscribers(0, "room-1") == 1);
            get(client.subscribe(List.of("room-2")));
            await().atMost(20, SECONDS)
                    .ignoreExceptions()
                    .until(() -> get(client.publish("room-2", "again".getBytes(UTF_8))) == 1);
        }
    }

    @Test
    void a_new_authority_is_trusted_at_the_next_connect() throws Exception {
        TierSecurity security = new TierSecurity("test");
        try (TestTier tier = TestTier.secured(1, 1, security);
                PubSubClient client = PubSubClient.connect(tier.settings().build(), NOBODY)) {
            get(client.subscribe(List.of("room-1")));
            assertThat(get(client.publish("room-1", "here".getBytes(UTF_8)))).isEqualTo(1);
            long before = connections(tier);
            security.renewCertificates();
            RedisCommands<String, byte[]> redis = tier.redis(0);
            redis.configSet(Map.of(
                    "tls-cert-file", security.folder.resolve("tls.crt").toString(),
                    "tls-key-file", security.folder.resolve("tls.key").toString()));
            assertThat(connections(tier)).as("nobody was disconnected").isEqualTo(before);
            killMembers(tier);
            await().atMost(20, SECONDS).until(() -> tier.subscribers(0, "room-1") == 1);
        }
    }

    private static long connections(TestTier tier) {
        return tier.redis(0)
                .clientList()
                .lines()
                .filter(line -> line.contains("name=slackwater:2:test:"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .mapToLong(id -> Long.parseLong(id.substring(3)))
                .sum();
    }

    private static void killMembers(TestTier tier) {
        tier.redis(0).clientKill(KillArgs.Builder.typePubsub());
    }
}
