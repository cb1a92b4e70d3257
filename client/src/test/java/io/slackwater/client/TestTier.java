package io.slackwater.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.NodeUsers;
import io.slackwater.testkit.FaultProxy;
import io.slackwater.testkit.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A few real servers and a coordinator played by hand: writes the keys, publishes the ring. */
final class TestTier implements AutoCloseable {
    final ClusterNames names = new ClusterNames("test");
    final List<RedisProcess> servers = new ArrayList<>();
    final List<FaultProxy> proxies = new ArrayList<>();
    final List<Node> nodes = new ArrayList<>();
    private final @Nullable TierSecurity security;
    private final RedisClient admin = RedisClient.create();
    private final Map<Integer, StatefulRedisConnection<String, byte[]>> connections = new HashMap<>();
    private Ring ring;

    /** All nodes are in the ring; the first {@code owners} share the slots, each a contiguous range. */
    static TestTier start(int size, int owners, String... redisArgs) {
        return new TestTier(size, owners, false, redisArgs);
    }

    static TestTier start(int size) {
        return start(size, size);
    }

    /** One node, which members reach through the proxy only; its first address refuses everybody. */
    static TestTier behindProxy() {
        return new TestTier(1, 1, true);
    }

    /** With TLS and users; the names in the certificates are not those of the addresses. */
    static TestTier secured(int size, int owners, TierSecurity security) {
        return new TestTier(size, owners, false, security);
    }

    private TestTier(int size, int owners, boolean proxied, String... redisArgs) {
        this(size, owners, proxied, null, redisArgs);
    }

    private TestTier(int size, int owners, boolean proxied, @Nullable TierSecurity security, String... redisArgs) {
        this.security = security;
        for (int i = 0; i < size; i++) {
            servers.add(security == null ? RedisProcess.start(redisArgs) : security.server());
            proxies.add(FaultProxy.to(servers.get(i).host(), servers.get(i).port()));
            nodes.add(new Node(
                    "n" + i,
                    security == null ? "" : TierSecurity.NODES,
                    proxied
                            ? List.of(
                                    new Node.Address("127.0.0.1", 1),
                                    new Node.Address(
                                            proxies.get(i).host(),
                                            proxies.get(i).port()))
                            : List.of(address(i))));
            redis(i).set(names.node(), nodes.get(i).id().getBytes(UTF_8));
        }
        String[] owner = new String[Slots.COUNT];
        for (int slot = 0; slot < owner.length; slot++) {
            owner[slot] = nodes.get(slot * owners / Slots.COUNT).id();
        }
        ring = new Ring(1, 1, nodes, List.of(), SlotTable.of(owner), List.of());
        announce(ring);
    }

    Node.Address address(int server) {
        return new Node.Address(servers.get(server).host(), servers.get(server).port());
    }

    ClientSettingsBuilder settings() {
        ClientSettingsBuilder settings =
                ClientSettings.builder("test", address(0)).publishTimeout(Duration.ofSeconds(2));
        return security == null ? settings : security.member(settings);
    }

    /** For the coordinator's connections. */
    RedisURI uri(int server) {
        return security == null
                ? RedisURI.create(
                        servers.get(server).host(), servers.get(server).port())
                : security.uri(servers.get(server), NodeUsers.OPERATOR);
    }

    RedisCommands<String, byte[]> redis(int server) {
        return connections
                .computeIfAbsent(server, i -> admin.connect(PayloadCodec.INSTANCE, uri(i)))
                .sync();
    }

    /** The server is known under another id from now on, and in the next ring. */
    void adopt(int server, Node node) {
        StatefulRedisConnection<String, byte[]> former = connections.remove(server);
        if (former != null) {
            former.close();
        }
        nodes.set(server, node);
        redis(server).set(names.node(), node.id().getBytes(UTF_8));
    }

    Ring ring() {
        return ring;
    }

    /** Writes the ring on every live node, then publishes it there. */
    void announce(Ring next) {
        write(next);
        publish(next);
    }

    void write(Ring next) {
        ring = next;
        byte[] bytes = RingCodec.encode(next);
        live().forEach(i -> redis(i).set(names.ring(), bytes));
    }

    void publish(Ring next) {
        byte[] bytes = RingCodec.encode(next);
        live().forEach(i -> redis(i).publish(names.control(), bytes));
    }

    private IntStream live() {
        return IntStream.range(0, servers.size())
                .filter(i -> servers.get(i).isAlive() && ring.node(nodes.get(i).id()) != null);
    }

    /** The next ring, in which the node owns the slots. */
    Ring given(SlotSet slots, String node) {
        return new Ring(
                ring.epoch() + 1,
                ring.term(),
                ring.nodes(),
                ring.dead(),
                ring.table().with(slots, node),
                List.of());
    }

    /** The next ring, in which these slots are in this phase on their way. */
    Ring moving(long id, String source, String target, SlotSet slots, Phase phase) {
        long epoch = ring.epoch() + 1;
        Handover handover = new Handover(id, source, target, slots, phase, epoch);
        return new Ring(epoch, ring.term(), ring.nodes(), ring.dead(), ring.table(), List.of(handover));
    }

    /** Gives the user exactly the passwords with these hashes. */
    void setUser(int server, String user, String... hashes) {
        CommandArgs<String, byte[]> args =
                new CommandArgs<>(PayloadCodec.INSTANCE).add("SETUSER").add(user);
        new NodeUsers(names).update(user, List.of(hashes)).forEach(args::add);
        redis(server).dispatch(CommandType.ACL, new StatusOutput<>(PayloadCodec.INSTANCE), args);
    }

    /** What members tell the coordinator on this server from now on, on a thread of the driver. */
    void listen(int server, Consumer<byte[]> told) {
        StatefulRedisPubSubConnection<String, byte[]> connection =
                admin.connectPubSub(PayloadCodec.INSTANCE, uri(server));
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, byte[] message) {
                told.accept(message);
            }
        });
        connection.sync().subscribe(names.acks());
    }

    long subscribers(int server, String channel) {
        return redis(server).pubsubNumsub(channel).getOrDefault(channel, 0L);
    }

    @Override
    public void close() {
        admin.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        proxies.forEach(FaultProxy::close);
        servers.forEach(RedisProcess::close);
        if (security != null) {
            security.close();
        }
    }
}
