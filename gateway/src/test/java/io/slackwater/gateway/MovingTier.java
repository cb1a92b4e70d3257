package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.slackwater.client.ClientSettings;
import io.slackwater.client.ClientSettingsBuilder;
import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.Ack;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.HandoverSettings;
import io.slackwater.ring.handover.Role;
import io.slackwater.testkit.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Two real servers, and a coordinator played by hand that moves slots between them as the protocol says, while nobody fails. */
final class MovingTier implements AutoCloseable {
    private static final String CLUSTER = "test";

    private final ClusterNames names = new ClusterNames(CLUSTER);
    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final RedisClient redis = RedisClient.create();
    private final List<StatefulRedisConnection<byte[], byte[]>> connections = new ArrayList<>();
    private final List<Ack> acks = new CopyOnWriteArrayList<>();
    private Ring ring;

    MovingTier() {
        for (int i = 0; i < 2; i++) {
            RedisProcess server = RedisProcess.start();
            servers.add(server);
            nodes.add(new Node("n" + i, "", List.of(new Node.Address(server.host(), server.port()))));
            RedisURI uri = RedisURI.create(server.host(), server.port());
            connections.add(redis.connect(ByteArrayCodec.INSTANCE, uri));
            connections.get(i).sync().set(names.node().getBytes(UTF_8), ("n" + i).getBytes(UTF_8));
            var ear = redis.connectPubSub(ByteArrayCodec.INSTANCE, uri);
            ear.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(byte[] channel, byte[] message) {
                    if (message.length > 0 && message[0] == 'A') { // there are load reports, too
                        acks.add(Ack.decode(message));
                    }
                }
            });
            ear.sync().subscribe(names.acks().getBytes(UTF_8));
        }
        String[] owner = new String[Slots.COUNT];
        Arrays.fill(owner, "n0");
        ring = new Ring(1, 1, nodes, List.of(), SlotTable.of(owner), List.of());
        write();
    }

    /** A member that holds for longer than any machine is busy. */
    ClientSettingsBuilder member(String name) {
        return ClientSettings.builder(CLUSTER, nodes.getFirst().addresses().getFirst())
                .memberPrefix(name)
                .handover(new HandoverSettings(500, 250, 10_000, 30_000, 16 << 20, 4));
    }

    /** Moves slots with the channels of these names from one node to the other; returns when that is done. */
    void move(List<String> channels, int from, int to) {
        SlotSet slots = SlotSet.of(channels.stream().map(Slots::of).distinct().toList());
        long id = ring.epoch() + 1;
        for (Phase phase : Phase.values()) {
            long epoch = ring.epoch() + 1;
            Handover handover = new Handover(id, "n" + from, "n" + to, slots, phase, epoch);
            ring = new Ring(epoch, ring.term(), ring.nodes(), ring.dead(), ring.table(), List.of(handover));
            write();
            Map<Long, ConnectionName> present = members(from);
            publish();
            await(phase.name()).atMost(Duration.ofSeconds(30)).until(() -> answered(phase, epoch, present));
        }
        ring = new Ring(
                ring.epoch() + 1, ring.term(), nodes, List.of(), ring.table().with(slots, "n" + to), List.of());
        write();
        publish();
    }

    private boolean answered(Phase phase, long epoch, Map<Long, ConnectionName> present) {
        List<Ack> answers = acks.stream()
                .filter(ack -> ack.phase() == phase && ack.phaseEpoch() == epoch)
                .toList();
        if (phase == Phase.COMMIT) {
            Set<Long> publishing = present.entrySet().stream()
                    .filter(entry -> entry.getValue().role() == Role.PUBLISHER)
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
            return answers.stream()
                    .map(Ack::clientId)
                    .collect(Collectors.toSet())
                    .containsAll(publishing);
        }
        Set<String> listening = present.values().stream()
                .filter(name -> name.role() == Role.SUBSCRIBER)
                .map(ConnectionName::member)
                .collect(Collectors.toSet());
        return answers.stream().map(Ack::member).collect(Collectors.toSet()).containsAll(listening);
    }

    /** Connections of members on this server, by the server's id. */
    private Map<Long, ConnectionName> members(int server) {
        return connections
                .get(server)
                .sync()
                .clientList()
                .lines()
                .filter(line -> ConnectionName.parse(field(line, "name")).isPresent())
                .collect(Collectors.toMap(
                        line -> Long.parseLong(field(line, "id")),
                        line -> ConnectionName.parse(field(line, "name")).orElseThrow()));
    }

    private static String field(String line, String name) {
        return Arrays.stream(line.split(" "))
                .filter(word -> word.startsWith(name + "="))
                .map(word -> word.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private void write() {
        byte[] bytes = RingCodec.encode(ring);
        connections.forEach(connection -> connection.sync().set(names.ring().getBytes(UTF_8), bytes));
    }

    private void publish() {
        byte[] bytes = RingCodec.encode(ring);
        IntStream.range(0, servers.size())
                .forEach(i -> connections.get(i).sync().publish(names.control().getBytes(UTF_8), bytes));
    }

    @Override
    public void close() {
        redis.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        servers.forEach(RedisProcess::close);
    }
}
