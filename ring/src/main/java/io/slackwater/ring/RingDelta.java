package io.slackwater.ring;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Ring} as bytes, told as what is different from another one, its <i>base</i>: what is published to members of whom each reads it. A phase of a
 * handover changes nothing but the handovers, so that this is some hundred bytes where a whole ring has thousands.
 *
 * <p>The frame is that of {@link RingCodec} with major version {@value #MAJOR}; the sections, each once and in this order, are
 *
 * <pre>
 * 1  base: the first eight bytes of the SHA-256 of sections 1 to 3 (tags and lengths included) of the base as a whole ring
 * 2  nodes, as in section 1 of a whole ring; empty: those of the base
 * 3  dead nodes, as in section 2 of a whole ring; empty: those of the base
 * 4  slots that have another owner: how many owners follow (1 byte), and for each its number in the list of nodes (dead
 *    ones counted on after the live ones), and slots as in a handover
 * 5  handovers, as in section 4 of a whole ring
 * </pre>
 *
 * <p>Sections with higher tags are skipped. Who does not know the base reads the key {@code ring}, which is always a whole ring.
 */
public final class RingDelta {
    /** The major version of these bytes. */
    public static final int MAJOR = 2;

    private static final int MINOR = 0;
    private static final int BASE = 1;
    private static final int NODES = 2;
    private static final int DEAD = 3;
    private static final int SLOTS = 4;
    private static final int HANDOVERS = 5;
    private static final int DIGEST_BYTES = 8;

    private RingDelta() {}

    /**
     * The ring as what is different from {@code base}.
     *
     * @return null where that cannot be told, because no slot has an owner in one of the two
     */
    public static byte @Nullable [] encode(Ring ring, Ring base) {
        if (!ring.table().isAssigned() || !base.table().isAssigned()) {
            return null;
        }
        Map<String, Integer> numbers = RingCodec.numbers(ring);
        WireWriter sections = new WireWriter();
        RingCodec.section(BASE, new WireWriter().number(digest(base), DIGEST_BYTES), sections);
        RingCodec.section(
                NODES, ring.nodes().equals(base.nodes()) ? new WireWriter() : NodeCoding.nodes(ring.nodes()), sections);
        RingCodec.section(
                DEAD, ring.dead().equals(base.dead()) ? new WireWriter() : NodeCoding.dead(ring.dead()), sections);
        RingCodec.section(SLOTS, slots(ring.table(), base.table(), numbers), sections);
        RingCodec.section(HANDOVERS, HandoverCoding.write(ring.handovers(), numbers::get), sections);
        return RingCodec.frame(MAJOR, MINOR, ring.epoch(), ring.term(), sections.toArray());
    }

    private static WireWriter slots(SlotTable table, SlotTable base, Map<String, Integer> numbers) {
        Map<Integer, List<Integer>> given = new TreeMap<>();
        base.forEachDifference(
                table,
                (former, slot) -> given.computeIfAbsent(numbers.get(table.owner(slot)), number -> new ArrayList<>())
                        .add(slot));
        WireWriter out = new WireWriter().number(given.size(), 1);
        given.forEach((number, slots) -> {
            out.number(number, 1);
            SlotSetCoding.write(SlotSet.of(slots), out);
        });
        return out;
    }

    /** Whether the bytes begin as one of these does; the rest may still be damaged. */
    static boolean isDelta(byte[] bytes) {
        return RingCodec.epochOf(bytes) > 0 && bytes[RingCodec.MAJOR_OFFSET] == MAJOR;
    }

    /**
     * The ring that these bytes tell.
     *
     * @param known gives the ring of a digest, or null
     * @throws KnownRings.UnknownBaseException {@code known} does not know the base
     * @throws RingFormatException the bytes are damaged, or the ring is invalid
     */
    static Ring decode(byte[] bytes, LongFunction<@Nullable Ring> known) throws RingFormatException {
        RingCodec.checkFrame(bytes, MAJOR);
        WireReader body = RingCodec.body(bytes);
        long digest = RingCodec.section(BASE, body, "base").number(DIGEST_BYTES);
        WireReader nodesPart = RingCodec.section(NODES, body, "nodes");
        WireReader deadPart = RingCodec.section(DEAD, body, "dead nodes");
        WireReader slotsPart = RingCodec.section(SLOTS, body, "slots");
        WireReader handoversPart = RingCodec.section(HANDOVERS, body, "handovers");
        RingCodec.skipUnknown(body, HANDOVERS);
        Ring base = known.apply(digest);
        long epoch = RingCodec.epochOf(bytes);
        if (base == null) {
            throw new KnownRings.UnknownBaseException(
                    "ring of epoch " + epoch + " is told as a change to one that is not known");
        }
        try {
            List<Node> nodes = nodesPart.remaining() == 0 ? base.nodes() : NodeCoding.readNodes(nodesPart);
            List<String> dead = deadPart.remaining() == 0 ? base.dead() : NodeCoding.readDead(deadPart);
            List<String> ids = NodeCoding.ids(nodes, dead);
            SlotTable table = base.table();
            for (int left = slotsPart.small(1); left > 0; left--) {
                int owner = slotsPart.small(1);
                if (owner >= ids.size()) {
                    throw new RingFormatException("slots: owner is node " + owner + " of " + ids.size());
                }
                table = table.with(SlotSetCoding.read(slotsPart), ids.get(owner));
            }
            slotsPart.expectEnd();
            List<Handover> handovers = HandoverCoding.read(handoversPart, ids);
            return new Ring(epoch, RingCodec.termOf(bytes), nodes, dead, table, handovers);
        } catch (IllegalArgumentException | IllegalStateException invalid) {
            throw new RingFormatException("ring of epoch " + epoch + " is invalid: " + invalid.getMessage());
        }
    }

    /** What stands for a ring as a base: rings that differ in epoch, term or handovers alone have the same. */
    static long digest(Ring ring) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(RingCodec.lasting(ring));
            long digest = 0;
            for (int i = 0; i < DIGEST_BYTES; i++) {
                digest = digest << 8 | hash[i] & 0xff;
            }
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
