package io.slackwater.ring.handover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.ring.Handover;
import io.slackwater.ring.LoadReport;
import io.slackwater.ring.Node;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingDelta;
import io.slackwater.ring.RingFormatException;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The test vectors for members in other languages are what this code does. */
class ProtocolVectorsTest {
    private static final Path FILE = Path.of("..", "docs", "protocol-vectors.json");
    private static final boolean WRITE = Boolean.getBoolean("slackwater.write");
    private static final List<Node> NODES = List.of(
            new Node("chat-n-a/0123456789ab", "chat-nodes.default.svc", List.of(new Node.Address("10.0.0.1", 6379))),
            new Node(
                    "chat-n-b/23456789abcd",
                    "",
                    List.of(new Node.Address("10.0.0.2", 6379), new Node.Address("fd00::2", 6380))));
    private static final List<String> CHANNELS =
            List.of("user:17", "user:18", "{room:5}.typing", "{room:5}", "{}", "{}a", "a{b", "ünïcödé", "123456789");

    @Test
    void committed_vectors_are_what_the_code_does() throws IOException {
        String vectors = vectors();
        if (WRITE) {
            Files.writeString(FILE, vectors);
        }
        assertThat(Files.readString(FILE))
                .as(
                        "run  ./mvnw -pl ring test -Dtest=ProtocolVectorsTest -Dslackwater.write=true  and commit the result")
                .isEqualTo(vectors);
    }

    @Test
    void what_is_to_be_refused_is_refused() {
        refused()
                .forEach((why, bytes) -> assertThatThrownBy(() -> RingCodec.decode(bytes))
                        .as(why)
                        .isInstanceOf(RingFormatException.class));
    }

    // ---- what is in there

    private static Map<String, Ring> rings() {
        String[] halves = new String[Slots.COUNT];
        String[] mixed = new String[Slots.COUNT];
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            halves[slot] = NODES.get(slot < Slots.COUNT / 2 ? 0 : 1).id();
            mixed[slot] = NODES.get(slot * 7 % 3 == 0 ? 0 : 1).id();
        }
        SlotTable table = SlotTable.of(halves);
        Handover moving = new Handover(
                8, NODES.getFirst().id(), NODES.getLast().id(), SlotSet.of(slots(3_500, 6_000)), Phase.PREPARE, 8);
        Map<String, Ring> rings = new LinkedHashMap<>();
        rings.put("halves", new Ring(7, 1, NODES, List.of(), table, List.of()));
        rings.put(
                "mixed, and a dead node",
                new Ring(9, 2, NODES, List.of("chat-n-c/456789abcdef"), SlotTable.of(mixed), List.of()));
        rings.put("a handover in PREPARE", new Ring(8, 1, NODES, List.of(), table, List.of(moving)));
        rings.put("a handover in COMMIT", new Ring(9, 1, NODES, List.of(), table, List.of(moving.at(Phase.COMMIT, 9))));
        rings.put("a handover in FENCE", new Ring(10, 1, NODES, List.of(), table, List.of(moving.at(Phase.FENCE, 10))));
        Handover scattered = new Handover(
                11,
                NODES.getFirst().id(),
                NODES.getLast().id(),
                SlotSet.of(IntStream.range(0, 4_000).map(i -> i * 2).boxed().toList()),
                Phase.PREPARE,
                11);
        rings.put("a handover of every second slot", new Ring(11, 1, NODES, List.of(), table, List.of(scattered)));
        return rings;
    }

    private static List<Integer> slots(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static Map<String, byte[]> refused() {
        byte[] good = RingCodec.encode(Objects.requireNonNull(rings().get("halves")));
        Map<String, byte[]> refused = new LinkedHashMap<>();
        refused.put("one bit differs", changed(good, good.length / 2, good[good.length / 2] ^ 4));
        refused.put("another major version", changed(good, 4, 2));
        refused.put("cut off", java.util.Arrays.copyOf(good, good.length - 1));
        refused.put("something else", "A1 8 PREPARE 8 42 gateway-0".getBytes(UTF_8));
        refused.put("empty", new byte[0]);
        return refused;
    }

    private static byte[] changed(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return copy;
    }

    // ---- as JSON

    private static String vectors() {
        return object(
                        0,
                        Map.entry("version", Integer.toString(ConnectionName.VERSION)),
                        Map.entry(
                                "slots",
                                array(
                                        1,
                                        CHANNELS.stream()
                                                .map(ProtocolVectorsTest::slot)
                                                .toList())),
                        Map.entry(
                                "connectionNames",
                                array(
                                        1,
                                        List.of(
                                                text(new ConnectionName(
                                                                1, "default/chat", "gateway-0.x7", Role.SUBSCRIBER)
                                                        .toString()),
                                                text(new ConnectionName(
                                                                1, "default/chat", "gateway-0.x7", Role.PUBLISHER)
                                                        .toString())))),
                        Map.entry("acks", array(1, acks())),
                        Map.entry("loadReports", array(1, List.of(loadReport()))),
                        Map.entry(
                                "rings",
                                array(
                                        1,
                                        rings().entrySet().stream()
                                                .map(entry -> ring(entry.getKey(), entry.getValue()))
                                                .toList())),
                        Map.entry("changes", array(1, changes())),
                        Map.entry(
                                "refused",
                                array(
                                        1,
                                        refused().entrySet().stream()
                                                .map(entry -> inline(
                                                        Map.entry("why", text(entry.getKey())),
                                                        Map.entry("hex", text(hex(entry.getValue())))))
                                                .toList())))
                + "\n";
    }

    private static String slot(String channel) {
        return inline(Map.entry("channel", text(channel)), Map.entry("slot", Integer.toString(Slots.of(channel))));
    }

    private static List<String> acks() {
        return List.of(
                        new Ack(8, Phase.PREPARE, 8, 42, "gateway-0", null),
                        new Ack(8, Phase.COMMIT, 9, 43, "gateway-0", null),
                        new Ack(8, Phase.FENCE, 10, 43, "gateway-0", new Book(1_200, 1_198, 0, 1)))
                .stream()
                .map(ack -> text(new String(ack.encode(), UTF_8)))
                .toList();
    }

    private static String loadReport() {
        long[] deliveries = new long[Slots.COUNT];
        int[] subscriptions = new int[Slots.COUNT];
        deliveries[3] = 15;
        deliveries[4] = 1_000;
        subscriptions[4] = 17;
        deliveries[9_000] = 1;
        LoadReport report = LoadReport.of(
                "gateway-0", 30_000, deliveries, subscriptions, List.of(new LoadReport.HotChannel("user:17", 990)));
        List<String> read = new ArrayList<>();
        report.forEachSlot((slot, delivered, subscribed) -> read.add(inline(
                Map.entry("slot", Integer.toString(slot)),
                Map.entry("deliveries", Long.toString(delivered)),
                Map.entry("subscriptions", Long.toString(subscribed)))));
        return inline(
                Map.entry("member", text(report.member())),
                Map.entry("spanMillis", Long.toString(report.spanMillis())),
                Map.entry("slots", "[" + String.join(", ", read) + "]"),
                Map.entry(
                        "channels",
                        "[" + inline(Map.entry("name", text("user:17")), Map.entry("deliveries", "990")) + "]"),
                Map.entry("hex", text(hex(report.encode()))));
    }

    private static String ring(String name, Ring ring) {
        return object(
                2,
                Map.entry("name", text(name)),
                Map.entry("epoch", Long.toString(ring.epoch())),
                Map.entry("term", Long.toString(ring.term())),
                Map.entry(
                        "nodes",
                        "[" + ring.nodes().stream().map(node -> text(node.id())).collect(Collectors.joining(", "))
                                + "]"),
                Map.entry(
                        "dead",
                        "["
                                + ring.dead().stream()
                                        .map(ProtocolVectorsTest::text)
                                        .collect(Collectors.joining(", ")) + "]"),
                Map.entry("slotsOfNodes", slotsOfNodes(ring)),
                Map.entry(
                        "channels",
                        array(
                                3,
                                CHANNELS.stream()
                                        .map(channel -> route(ring, channel))
                                        .toList())),
                Map.entry("hex", text(hex(RingCodec.encode(ring)))));
    }

    /** Each of {@link #rings} that follows another one, told as a change to it. */
    private static List<String> changes() {
        Map<String, Ring> rings = rings();
        List<String> names = List.of("halves", "a handover in PREPARE", "a handover in COMMIT", "a handover in FENCE");
        List<String> changes = new ArrayList<>();
        for (int i = 1; i < names.size(); i++) {
            changes.add(change(rings, names.get(i - 1), names.get(i)));
        }
        changes.add(change(rings, "a handover in PREPARE", "mixed, and a dead node"));
        return changes;
    }

    private static String change(Map<String, Ring> rings, String base, String ring) {
        byte[] told = Objects.requireNonNull(
                RingDelta.encode(Objects.requireNonNull(rings.get(ring)), Objects.requireNonNull(rings.get(base))));
        return inline(Map.entry("base", text(base)), Map.entry("gives", text(ring)), Map.entry("hex", text(hex(told))));
    }

    private static String slotsOfNodes(Ring ring) {
        return "{"
                + ring.nodes().stream()
                        .map(node -> text(node.id()) + ": "
                                + ring.table().slotsPerNode().getOrDefault(node.id(), 0))
                        .collect(Collectors.joining(", "))
                + "}";
    }

    /** Where a member publishes and listens; in FENCE it listens on the target alone once the fence has passed. */
    private static String route(Ring ring, String channel) {
        int slot = Slots.of(channel);
        Handover open = ring.handoverOf(slot).orElse(null);
        String owner = Objects.requireNonNull(ring.table().owner(slot));
        List<String> listen = open == null ? List.of(owner) : List.of(open.source(), open.target());
        return inline(
                Map.entry("channel", text(channel)),
                Map.entry("owner", text(owner)),
                Map.entry("publishTo", text(open == null ? owner : open.publishTo())),
                Map.entry(
                        "listenOn",
                        "[" + listen.stream().map(ProtocolVectorsTest::text).collect(Collectors.joining(", ")) + "]"));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String text(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @SafeVarargs
    private static String object(int depth, Map.Entry<String, String>... fields) {
        String indent = "  ".repeat(depth + 1);
        return List.of(fields).stream()
                .map(field -> indent + text(field.getKey()) + ": " + field.getValue())
                .collect(Collectors.joining(",\n", "{\n", "\n" + "  ".repeat(depth) + "}"));
    }

    @SafeVarargs
    private static String inline(Map.Entry<String, String>... fields) {
        return List.of(fields).stream()
                .map(field -> text(field.getKey()) + ": " + field.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String array(int depth, List<String> elements) {
        String indent = "  ".repeat(depth + 1);
        return elements.stream()
                .map(element -> indent + element)
                .collect(Collectors.joining(",\n", "[\n", "\n" + "  ".repeat(depth) + "]"));
    }
}
