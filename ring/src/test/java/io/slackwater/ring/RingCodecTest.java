package io.slackwater.ring;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RingCodecTest {
    @Property(tries = 150)
    void what_is_written_is_read(
            @ForAll long seed, @ForAll @IntRange(max = 127) int nodes, @ForAll @IntRange(max = 64) int dead)
            throws RingFormatException {
        Ring ring = ring(new Random(seed), nodes, dead);
        byte[] bytes = RingCodec.encode(ring);
        assertThat(RingCodec.decode(bytes)).isEqualTo(ring);
        assertThat(RingCodec.epochOf(bytes)).isEqualTo(ring.epoch());
        assertThat(RingCodec.encode(RingCodec.decode(bytes))).isEqualTo(bytes);
    }

    @Example
    void the_epoch_stands_at_its_documented_place() {
        Ring ring = new Ring(0x0102030405060708L, 9, List.of(), List.of(), SlotTable.UNASSIGNED, List.of());
        byte[] bytes = RingCodec.encode(ring);
        assertThat(new String(bytes, 0, 4, US_ASCII)).isEqualTo("SWRG");
        assertThat(Arrays.copyOfRange(bytes, 6, 14)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(Arrays.copyOfRange(bytes, 14, 22)).containsExactly(0, 0, 0, 0, 0, 0, 0, 9);
    }

    @Example
    void the_epoch_of_anything_else_is_0() {
        assertThat(RingCodec.epochOf(new byte[0])).isZero();
        assertThat(RingCodec.epochOf(new byte[100])).isZero();
        byte[] ring = RingCodec.encode(ring(new Random(1), 3, 0));
        assertThat(RingCodec.epochOf(Arrays.copyOf(ring, 20))).isZero();
    }

    @Property(tries = 60)
    void any_table_fits_16_kib(@ForAll long seed, @ForAll @IntRange(min = 1, max = 127) int nodes)
            throws RingFormatException {
        Random random = new Random(seed);
        SlotTable table = table(random, ids(nodes));
        WireWriter out = new WireWriter();
        SlotTableCoding.write(table, id -> Integer.parseInt(id.substring(5)), out);
        assertThat(out.length()).isLessThanOrEqualTo(16 * 1024);
        byte[] bytes = out.toArray();
        assertThat(SlotTableCoding.read(new WireReader(bytes, 0, bytes.length, "table"), ids(nodes)))
                .isEqualTo(table);
    }

    @Example
    void runs_are_written_where_they_are_shorter() {
        SlotTable halves = SlotTable.of(IntStream.range(0, Slots.COUNT)
                .mapToObj(slot -> slot < 8192 ? "node-0" : "node-1")
                .toArray(String[]::new));
        WireWriter out = new WireWriter();
        SlotTableCoding.write(halves, id -> Integer.parseInt(id.substring(5)), out);
        assertThat(out.length()).isLessThan(16);
    }

    @Property(tries = 100)
    void slot_sets_take_the_shorter_form(@ForAll long seed, @ForAll @IntRange(max = 14) int density)
            throws RingFormatException {
        SlotSet set = slots(new Random(seed), 1 << density);
        WireWriter out = new WireWriter();
        SlotSetCoding.write(set, out);
        byte[] bytes = out.toArray();
        WireReader in = new WireReader(bytes, 0, bytes.length, "set");
        assertThat(SlotSetCoding.read(in)).isEqualTo(set);
        in.expectEnd();
        assertThat(bytes.length).isLessThanOrEqualTo(Math.min(2_049, 3 + 1 + 6 * set.size()));
    }

    @Example
    void every_single_damaged_byte_is_refused() {
        byte[] good = RingCodec.encode(ring(new Random(7), 12, 3));
        Random random = new Random(8);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= (byte) (1 + random.nextInt(255));
            refused(bad, "byte " + i);
        }
    }

    @Example
    void every_truncation_and_extension_is_refused() {
        byte[] good = RingCodec.encode(ring(new Random(9), 5, 1));
        for (int length = 0; length < good.length; length++) {
            refused(Arrays.copyOf(good, length), "length " + length);
        }
        refused(Arrays.copyOf(good, good.length + 1), "one more byte");
    }

    /** Damage that a checksum cannot see, because it was made before the checksum: a faulty or hostile writer. */
    @Property(tries = 3_000)
    void nonsense_with_a_good_checksum_is_a_ring_or_refused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] sections;
        if (random.nextInt(4) == 0) {
            sections = new byte[random.nextInt(300)];
            random.nextBytes(sections);
        } else {
            byte[] good = RingCodec.encode(ring(random, 1 + random.nextInt(8), random.nextInt(3)));
            sections = Arrays.copyOfRange(good, 26, good.length - 4);
            for (int i = random.nextInt(4); i >= 0; i--) {
                sections[random.nextInt(random.nextBoolean() ? Math.min(300, sections.length) : sections.length)] =
                        (byte) random.nextInt();
            }
        }
        byte[] bytes = RingCodec.frame(1, 0, random.nextInt(3), random.nextInt(3) - 1, sections);
        try {
            RingCodec.decode(bytes);
        } catch (RingFormatException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 1_000)
    void random_bytes_are_refused(@ForAll byte[] bytes) {
        refused(bytes, "random bytes");
    }

    @Example
    void sections_of_a_newer_minor_version_are_skipped() throws RingFormatException {
        Ring ring = ring(new Random(3), 4, 2);
        byte[] known = RingCodec.encode(ring);
        WireWriter sections = new WireWriter().raw(Arrays.copyOfRange(known, 26, known.length - 4));
        RingCodec.section(9, new WireWriter().text("of tomorrow"), sections);
        RingCodec.section(200, new WireWriter(), sections);
        byte[] newer = RingCodec.frame(1, 7, ring.epoch(), ring.term(), sections.toArray());
        assertThat(RingCodec.decode(newer)).isEqualTo(ring);
    }

    @Example
    void another_major_version_is_refused_in_words() {
        byte[] other = RingCodec.frame(2, 0, 5, 0, new byte[10]);
        assertThatThrownBy(() -> RingCodec.decode(other))
                .isInstanceOf(RingFormatException.class)
                .hasMessageContaining("format version 2.0")
                .hasMessageContaining("upgraded");
        assertThat(RingCodec.epochOf(other)).isEqualTo(5);
    }

    private static void refused(byte[] bytes, String what) {
        assertThatThrownBy(() -> RingCodec.decode(bytes)).as(what).isInstanceOf(RingFormatException.class);
    }

    static Ring ring(Random random, int nodeCount, int deadCount) {
        List<Node> nodes = ids(nodeCount).stream()
                .map(id -> new Node(
                        id,
                        random.nextBoolean() ? "" : id + ".example",
                        List.of(new Node.Address("10.0.0.1", 1 + random.nextInt(65_535)), new Node.Address("::1", 6379))
                                .subList(0, 1 + random.nextInt(2))))
                .toList();
        List<String> dead =
                IntStream.range(0, deadCount).mapToObj(i -> "dead-" + i).toList();
        long epoch = 1_000 + (random.nextLong() & Long.MAX_VALUE >>> 1);
        if (nodeCount == 0) {
            return new Ring(epoch, 0, nodes, dead, SlotTable.UNASSIGNED, List.of());
        }
        List<String> owners = new ArrayList<>(ids(nodeCount));
        if (deadCount > 0 && nodeCount < 127) {
            owners.add("dead-0");
        }
        SlotTable table = table(random, owners);
        List<Handover> handovers = new ArrayList<>();
        for (int i = 1; i < Math.min(table.owners().size(), 6); i++) {
            String source = table.owners().get(i);
            Phase phase = Phase.values()[random.nextInt(3)];
            handovers.add(new Handover(
                    i * 10L, source, table.owners().getFirst(), table.slotsOf(source), phase, i * 10L + i));
        }
        return new Ring(epoch, random.nextInt(100), nodes, dead, table, handovers);
    }

    private static SlotTable table(Random random, List<String> owners) {
        int run = 1 + random.nextInt(random.nextBoolean() ? 3 : 2_000);
        String[] all = new String[Slots.COUNT];
        for (int slot = 0; slot < all.length; slot++) {
            all[slot] = slot % run != 0 ? all[slot - 1] : owners.get(random.nextInt(owners.size()));
        }
        return SlotTable.of(all);
    }

    static SlotSet slots(Random random, int count) {
        return SlotSet.of(random.ints(count, 0, Slots.COUNT).toArray());
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "node-" + i).toList();
    }
}
