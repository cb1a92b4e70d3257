package io.slackwater.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.ring.KnownRings.UnknownBaseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Rings told as changes: whoever has read the one before reads the next, and nobody reads another ring than the writer's. */
class RingDeltaTest {
    @Property(tries = 300)
    void who_has_read_one_ring_reads_all_that_follow_as_changes(@ForAll long seed) throws RingFormatException {
        Random random = new Random(seed);
        Ring ring = RingCodecTest.ring(random, 1 + random.nextInt(20), random.nextInt(3));
        KnownRings known = new KnownRings();
        assertThat(known.read(RingCodec.encode(ring))).isEqualTo(ring);
        for (int step = 0; step < 25; step++) {
            Ring next = next(random, ring);
            byte[] told = change(next, ring);
            assertThat(RingCodec.epochOf(told)).isEqualTo(next.epoch());
            assertThat(known.read(told)).isEqualTo(next);
            ring = next;
        }
    }

    @Property(tries = 300)
    void a_change_that_comes_late_is_read_by_the_ring_it_belongs_to(@ForAll long seed) throws RingFormatException {
        Random random = new Random(seed);
        Ring first = RingCodecTest.ring(random, 5, 0);
        Ring second = next(random, first);
        Ring third = next(random, second);
        KnownRings known = new KnownRings();
        known.read(RingCodec.encode(first));
        known.read(change(second, first));
        known.read(change(third, second));
        assertThat(known.read(change(second, first))).isEqualTo(second);
    }

    @Example
    void who_does_not_know_the_base_is_told_so() throws RingFormatException {
        Random random = new Random(1);
        Ring base = RingCodecTest.ring(random, 3, 0);
        Ring other = new Ring(
                base.epoch(), 1, base.nodes(), base.dead(), base.table().with(SlotSet.of(7), another(base)), List.of());
        byte[] told = change(committed(base), base);
        assertThatThrownBy(() -> new KnownRings().read(told)).isInstanceOf(UnknownBaseException.class);
        KnownRings known = new KnownRings();
        known.read(RingCodec.encode(other));
        assertThatThrownBy(() -> known.read(told))
                .as("a ring that differs in one slot is another base")
                .isInstanceOf(UnknownBaseException.class);
        known.read(RingCodec.encode(base));
        assertThat(known.read(told)).isEqualTo(committed(base));
    }

    @Example
    void of_the_bases_the_oldest_is_forgotten_first() throws RingFormatException {
        Random random = new Random(2);
        Ring base = RingCodecTest.ring(random, 3, 0);
        Ring ring = new Ring(base.epoch(), 1, base.nodes(), base.dead(), base.table(), List.of());
        KnownRings known = new KnownRings();
        known.read(RingCodec.encode(ring));
        for (int i = 0; i < 7; i++) {
            known.read(
                    RingCodec.encode(new Ring(2L + i, 1, ring.nodes(), List.of("gone-" + i), ring.table(), List.of())));
        }
        assertThat(known.read(change(committed(ring), ring))).isEqualTo(committed(ring));
        known.read(RingCodec.encode(new Ring(99, 1, ring.nodes(), List.of("gone"), ring.table(), List.of())));
        assertThatThrownBy(() -> known.read(change(committed(ring), ring))).isInstanceOf(UnknownBaseException.class);
    }

    @Example
    void a_program_of_the_version_before_refuses_a_change_and_sees_its_epoch() {
        Ring base = RingCodecTest.ring(new Random(3), 4, 1);
        byte[] told = change(committed(base), base);
        assertThatThrownBy(() -> RingCodec.decode(told))
                .isInstanceOf(RingFormatException.class)
                .hasMessageContaining("version 2.0");
        assertThat(RingCodec.epochOf(told)).isEqualTo(base.epoch() + 1);
    }

    @Property(tries = 2_000)
    void damage_is_refused(@ForAll long seed) throws RingFormatException {
        Random random = new Random(seed);
        Ring base = RingCodecTest.ring(random, 1 + random.nextInt(6), random.nextInt(2));
        KnownRings known = new KnownRings();
        known.read(RingCodec.encode(base));
        byte[] told = change(next(random, base), base);
        byte[] damaged = told.clone();
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        assertThatThrownBy(() -> known.read(damaged)).isInstanceOf(RingFormatException.class);
        byte[] cut = Arrays.copyOf(told, random.nextInt(told.length));
        assertThatThrownBy(() -> known.read(cut)).isInstanceOf(RingFormatException.class);
    }

    @Property(tries = 2_000)
    void nonsense_with_a_good_checksum_is_a_ring_or_refused(@ForAll long seed) throws RingFormatException {
        Random random = new Random(seed);
        Ring base = RingCodecTest.ring(random, 1 + random.nextInt(6), random.nextInt(2));
        KnownRings known = new KnownRings();
        known.read(RingCodec.encode(base));
        byte[] told = change(next(random, base), base);
        byte[] sections = Arrays.copyOfRange(told, 26, told.length - 4);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int after = random.nextInt(20) == 0 ? 0 : Math.min(13, sections.length - 1); // the base mostly stays
            sections[after + random.nextInt(sections.length - after)] = (byte) random.nextInt();
        }
        try {
            known.read(RingCodec.frame(RingDelta.MAJOR, 0, 1 + random.nextInt(3), random.nextInt(3), sections));
        } catch (RingFormatException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    @Example
    void the_first_table_cannot_be_told_as_a_change() {
        Ring ring = RingCodecTest.ring(new Random(4), 3, 0);
        Ring before = new Ring(1, 0, ring.nodes(), List.of(), SlotTable.UNASSIGNED, List.of());
        assertThat(RingDelta.encode(ring, before)).isNull();
    }

    @Example
    void a_phase_takes_a_fraction_of_the_whole() {
        for (int nodes : new int[] {3, 12, 64, 127}) {
            List<PlannedNode> planned = IntStream.range(0, nodes)
                    .mapToObj(i -> PlannedNode.of("chat-n-" + i))
                    .toList();
            SlotTable table = Planner.plan(SlotTable.UNASSIGNED, planned, SlotLoad.UNIFORM, PlannerSettings.DEFAULT)
                    .result();
            List<Node> all = planned.stream()
                    .map(node ->
                            new Node(node.id(), "chat-nodes.default.svc", List.of(new Node.Address("10.0.0.1", 6379))))
                    .toList();
            Ring base = new Ring(7, 1, all, List.of(), table, List.of());
            SlotSet some = SlotSet.of(Arrays.copyOf(table.slotsOf("chat-n-0").toArray(), 128));
            Ring moving = new Ring(
                    8,
                    1,
                    all,
                    List.of(),
                    table,
                    List.of(new Handover(8, "chat-n-0", "chat-n-1", some, Phase.PREPARE, 8)));
            Ring done = new Ring(9, 1, all, List.of(), table.with(some, "chat-n-1"), List.of());
            int whole = RingCodec.encode(moving).length;
            System.out.printf(
                    "| %d | %d | %d | %d |%n", nodes, whole, change(moving, base).length, change(done, moving).length);
            assertThat(change(moving, base).length * 8).as("%d nodes", nodes).isLessThan(whole);
            assertThat(change(done, moving).length * 8).as("%d nodes", nodes).isLessThan(whole);
        }
    }

    // ---- rings that follow one another

    private static byte[] change(Ring ring, Ring base) {
        return Objects.requireNonNull(RingDelta.encode(ring, base));
    }

    private static Ring committed(Ring base) {
        return new Ring(base.epoch() + 1, base.term(), base.nodes(), base.dead(), base.table(), List.of());
    }

    private static String another(Ring ring) {
        String owner = ring.table().owner(7);
        return ring.nodes().stream()
                .map(Node::id)
                .filter(id -> !id.equals(owner))
                .findFirst()
                .orElseThrow();
    }

    private static Ring next(Random random, Ring ring) {
        List<Node> nodes = new ArrayList<>(ring.nodes());
        List<String> dead = new ArrayList<>(ring.dead());
        SlotTable table = ring.table();
        List<Handover> handovers = new ArrayList<>();
        switch (random.nextInt(4)) {
            case 0 -> nodes.add(new Node("new-" + ring.epoch(), "", List.of(new Node.Address("10.0.0.9", 6379))));
            case 1 -> dead.add("died-" + ring.epoch());
            case 2 ->
                table = table.with(
                        RingCodecTest.slots(random, 1 + random.nextInt(3_000)),
                        nodes.get(random.nextInt(nodes.size())).id());
            default -> {
                String source = table.owners().get(random.nextInt(table.owners().size()));
                String target = nodes.get(random.nextInt(nodes.size())).id();
                if (!source.equals(target)) {
                    handovers.add(new Handover(
                            ring.epoch(),
                            source,
                            target,
                            table.slotsOf(source),
                            Phase.values()[random.nextInt(3)],
                            ring.epoch() + 1));
                }
            }
        }
        return new Ring(ring.epoch() + 1, random.nextInt(9), nodes, dead, table, handovers);
    }
}
