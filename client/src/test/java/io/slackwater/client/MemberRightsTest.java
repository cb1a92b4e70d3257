package io.slackwater.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.pubsub.api.sync.RedisPubSubCommands;
import io.slackwater.ring.Phase;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.handover.NodeUsers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody with a member's password can do to a real server, and what the server refuses. */
class MemberRightsTest {
    private static final RedisClient CLIENT = RedisClient.create();
    private static TestTier tier;
    private static TierSecurity security;

    @BeforeAll
    static void start() throws Exception {
        security = new TierSecurity("test");
        tier = TestTier.secured(2, 1, security);
    }

    @AfterAll
    static void stop() {
        CLIENT.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        tier.close();
    }

    private static RedisCommands<String, byte[]> as(String user) {
        return CLIENT.connect(PayloadCodec.INSTANCE, security.uri(tier.servers.getFirst(), user))
                .sync();
    }

    private static RedisPubSubCommands<String, byte[]> listeningAs(String user) {
        return CLIENT.connectPubSub(PayloadCodec.INSTANCE, security.uri(tier.servers.getFirst(), user))
                .sync();
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(RedisCommandExecutionException.class)
                // DEBUG is refused before the rights are looked at, as nobody has turned it on.
                .hasMessageMatching("NOPERM.*|ERR DEBUG command not allowed.*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PREPARE", "COMMIT", "FENCE"})
    void a_phase_cannot_be_forged(String phase) {
        byte[] forged = RingCodec.encode(tier.moving(2, "n0", "n1", SlotSet.of(List.of(1)), Phase.valueOf(phase)));
        refused(() -> as(NodeUsers.MEMBER).publish(tier.names.control(), forged));
    }

    @Test
    void the_ring_cannot_be_forged() {
        byte[] before = as(NodeUsers.MEMBER).get(tier.names.ring());
        byte[] forged = RingCodec.encode(tier.given(SlotSet.of(List.of(1)), "n0"));
        RedisCommands<String, byte[]> member = as(NodeUsers.MEMBER);
        String ring = tier.names.ring();
        refused(() -> member.set(ring, forged));
        refused(() -> member.publish(tier.names.control(), forged));
        refused(() -> member.del(ring));
        refused(() -> member.rename(tier.names.members(), ring));
        refused(() -> member.sadd(ring, forged));
        refused(() -> member.hset(ring, Map.of("a", forged)));
        refused(() -> member.expire(ring, 1));
        refused(() -> member.setnx(tier.names.node(), forged));
        refused(() -> member.eval(
                "return redis.call('SET', KEYS[1], ARGV[1])", ScriptOutputType.STATUS, new String[] {ring}, forged));
        assertThat(as(NodeUsers.MEMBER).get(ring)).isEqualTo(before);
    }

    @Test
    void neither_can_it_in_a_transaction() {
        RedisCommands<String, byte[]> member = as(NodeUsers.MEMBER);
        member.multi();
        member.set(tier.names.ring(), new byte[] {1});
        assertThatThrownBy(member::exec).hasMessageStartingWith("EXECABORT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONFIG GET maxmemory",
                "CONFIG SET save 60",
                "FLUSHALL",
                "FLUSHDB",
                "DEBUG SLEEP 0",
                "ACL WHOAMI",
                "ACL LIST",
                "ACL SETUSER slackwater-member +@all",
                "SHUTDOWN NOSAVE",
                "KEYS *",
                "SCAN 0",
                "MONITOR",
                "CLIENT LIST",
                "CLIENT PAUSE 10000",
                "INFO",
                "REPLICAOF 127.0.0.1 1",
                "MODULE LIST",
                "SAVE",
                "SPUBLISH slackwater:test:control x",
                "FUNCTION FLUSH",
                "GET slackwater:test:books",
                "SMEMBERS slackwater:test:members",
                "HGETALL slackwater:test:books",
                "SET slackwater:test:prestop x",
                "LPUSH slackwater:test:prestop x",
                "SET application x",
                "PUBLISH slackwater:test:control x",
                "PUBLISH slackwater:test:other x",
                "PUBLISH slackwater:test: x"
            })
    void a_member_may_not(String line) {
        refused(() -> send(as(NodeUsers.MEMBER), line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FLUSHALL",
                "SHUTDOWN NOSAVE",
                "DEBUG SLEEP 0",
                "MODULE LIST",
                "REPLICAOF 127.0.0.1 1",
                "SET application x",
                "PUBLISH room-1 x"
            })
    void not_even_the_operator_may(String line) {
        refused(() -> send(as(NodeUsers.OPERATOR), line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET slackwater:test:ring",
                "PING",
                "LPUSH slackwater:test:prestop x",
                "PUBLISH room-1 x",
                "BLPOP slackwater:test:ring 1",
                "ACL WHOAMI"
            })
    void the_hook_may_not(String line) {
        refused(() -> send(as(NodeUsers.HOOK), line));
    }

    @Test
    void the_hook_waits_for_the_operator() {
        as(NodeUsers.OPERATOR).lpush(tier.names.prestop(), "go".getBytes(UTF_8));
        assertThat(as(NodeUsers.HOOK).blpop(1, tier.names.prestop())).isNotNull();
    }

    @Test
    void who_does_not_log_in_can_do_nothing() {
        RedisURI uri = RedisURI.create(tier.servers.getFirst().uri());
        uri.setVerifyPeer(false);
        RedisClient stranger = RedisClient.create();
        stranger.setOptions(io.lettuce.core.ClientOptions.builder()
                .protocolVersion(io.lettuce.core.protocol.ProtocolVersion.RESP2)
                .pingBeforeActivateConnection(false)
                .build());
        try {
            RedisCommands<String, byte[]> redis =
                    stranger.connect(PayloadCodec.INSTANCE, uri).sync();
            for (String line : List.of("PING", "GET slackwater:test:ring", "SUBSCRIBE x", "PUBLISH x y", "INFO")) {
                assertThatThrownBy(() -> send(redis, line)).hasMessageContaining("NOAUTH");
            }
        } finally {
            stranger.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "room-1",
                "s",
                "slack",
                "slackwater",
                "slackwater:",
                "slackwater:test",
                "slackwater:tes:control",
                "slackwater:test2:control",
                "slackwaterX",
                "Slackwater:test:control",
                "[^s]",
                "*",
                "raum-ä-😀"
            })
    void a_member_publishes_on_any_channel_of_the_application(String channel) {
        assertThat(as(NodeUsers.MEMBER).publish(channel, new byte[] {1})).isZero();
    }

    @Test
    void a_member_does_its_part_of_the_protocol() {
        RedisCommands<String, byte[]> member = as(NodeUsers.MEMBER);
        member.clientSetname("slackwater:1:test:m:p");
        long id = as(NodeUsers.MEMBER).clientId();
        assertThat(member.clientKill(KillArgs.Builder.id(id))).isEqualTo(1);
        assertThat(member.get(tier.names.ring())).isNotNull();
        assertThat(member.get(tier.names.node())).isNotNull();
        member.sadd(tier.names.members(), "m".getBytes(UTF_8));
        member.publish(tier.names.acks(), new byte[] {1});
        member.multi();
        member.hset(tier.names.books(), Map.of("1:m", new byte[] {1}));
        member.hset(tier.names.booksOf(12), "m", new byte[] {1});
        member.srem(tier.names.members(), "m".getBytes(UTF_8));
        assertThat(member.exec().wasDiscarded()).isFalse();
        RedisPubSubCommands<String, byte[]> listener = listeningAs(NodeUsers.MEMBER);
        listener.subscribe(tier.names.control(), "room-1");
        listener.psubscribe("room-*");
        listener.unsubscribe("room-1");
        listener.punsubscribe("room-*");
        assertThat(listener.ping()).isEqualTo("PONG");
    }

    @Test
    void a_server_that_runs_is_brought_to_new_passwords_and_nobody_is_disconnected() {
        RedisCommands<String, byte[]> before = as(NodeUsers.MEMBER);
        RedisPubSubCommands<String, byte[]> listening = listeningAs(NodeUsers.MEMBER);
        listening.subscribe("room-1");

        tier.setUser(0, NodeUsers.MEMBER, TierSecurity.hash("old"), TierSecurity.hash("new"));
        assertThatThrownBy(() -> as(NodeUsers.MEMBER))
                .hasRootCauseMessage("WRONGPASS invalid username-password pair or user is disabled.");
        assertThat(before.publish("room-1", new byte[] {1})).isEqualTo(1);
        assertThat(listening.ping()).isEqualTo("PONG");

        tier.setUser(0, NodeUsers.MEMBER, TierSecurity.hash(TierSecurity.password(NodeUsers.MEMBER)));
        assertThat(as(NodeUsers.MEMBER).publish("room-1", new byte[] {1})).isEqualTo(1);
        refused(() -> as(NodeUsers.MEMBER).publish(tier.names.control(), new byte[] {1}));
    }

    private static Object send(RedisCommands<String, byte[]> redis, String line) {
        String[] words = line.split(" ", -1);
        CommandArgs<String, byte[]> args = new CommandArgs<>(PayloadCodec.INSTANCE);
        Arrays.stream(words).skip(1).forEach(args::add);
        return redis.dispatch(
                keyword(words[0]), new io.lettuce.core.output.NestedMultiOutput<>(PayloadCodec.INSTANCE), args);
    }

    private static ProtocolKeyword keyword(String word) {
        return new ProtocolKeyword() {
            @Override
            public byte[] getBytes() {
                return word.getBytes(UTF_8);
            }

            @Override
            public String toString() {
                return word;
            }
        };
    }
}
