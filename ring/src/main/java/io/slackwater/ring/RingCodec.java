package io.slackwater.ring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A {@link Ring} as bytes: what is kept in the {@code ring} key of every node, published to members and persisted.
 *
 * <p>All numbers are big-endian.
 *
 * <pre>
 * offset  bytes
 *      0      4  magic "SWRG"
 *      4      1  major version: another major is refused
 *      5      1  minor version: a higher minor may add sections
 *      6      8  epoch, {@value #EPOCH_OFFSET} in every version, so that a script on a server can compare two rings
 *     14      8  term
 *     22      4  length of the whole, checksum included
 *     26      .  sections: tag (1 byte), length (4 bytes), content
 *   last      4  CRC-32 of everything before it
 * </pre>
 *
 * <p>Sections 1 (nodes), 2 (dead nodes), 3 (slot table) and 4 (handovers) come first, in this order, each once. Sections with higher tags follow
 * in ascending order; those a reader does not know it skips, which is how a newer writer and an older reader get along:
 * only what may be ignored is ever added so, everything else takes a new major version.
 *
 * <p>A Lua script has the epoch in bytes 7 to 14 of the value (it counts from 1). Its numbers hold 53 bits: compare two
 * halves of four bytes one after the other. All methods are safe for use by many threads.
 */
public final class RingCodec {
    /** Where the eight bytes of the epoch begin, counted from 0; the same in every version. */
    public static final int EPOCH_OFFSET = 6;

    /** The version this class reads and writes: a whole ring. {@link RingDelta} is the other one. */
    public static final int MAJOR = 1;

    static final int MAJOR_OFFSET = 4;
    private static final int MINOR = 0;
    private static final int MAGIC = 0x53575247;
    private static final int HEADER = 26;
    private static final int CHECKSUM = 4;
    private static final int NODES = 1;
    private static final int DEAD = 2;
    private static final int TABLE = 3;
    private static final int HANDOVERS = 4;

    private RingCodec() {}

    public static byte[] encode(Ring ring) {
        Map<String, Integer> numbers = numbers(ring);
        WireWriter sections = lasting(ring, numbers);
        section(HANDOVERS, HandoverCoding.write(ring.handovers(), numbers::get), sections);
        return frame(MAJOR, MINOR, ring.epoch(), ring.term(), sections.toArray());
    }

    /** Sections 1 to 3, which change less often than the rest. */
    static byte[] lasting(Ring ring) {
        return lasting(ring, numbers(ring)).toArray();
    }

    private static WireWriter lasting(Ring ring, Map<String, Integer> numbers) {
        WireWriter sections = new WireWriter();
        section(NODES, NodeCoding.nodes(ring.nodes()), sections);
        section(DEAD, NodeCoding.dead(ring.dead()), sections);
        WireWriter table = new WireWriter();
        SlotTableCoding.write(ring.table(), numbers::get, table);
        section(TABLE, table, sections);
        return sections;
    }

    /** Which number each node has on the wire. */
    static Map<String, Integer> numbers(Ring ring) {
        Map<String, Integer> numbers = new HashMap<>();
        NodeCoding.ids(ring.nodes(), ring.dead()).forEach(id -> numbers.put(id, numbers.size()));
        return numbers;
    }

    /**
     * The ring that these bytes describe.
     *
     * @throws RingFormatException the bytes are damaged, incomplete, of another major version, or describe no valid ring
     */
    public static Ring decode(byte[] bytes) throws RingFormatException {
        checkFrame(bytes, MAJOR);
        long epoch = big(bytes, EPOCH_OFFSET, 8);
        long term = termOf(bytes);
        WireReader body = body(bytes);
        WireReader nodesPart = section(NODES, body, "nodes");
        WireReader deadPart = section(DEAD, body, "dead nodes");
        WireReader tablePart = section(TABLE, body, "slot table");
        WireReader handoversPart = section(HANDOVERS, body, "handovers");
        skipUnknown(body, HANDOVERS);
        try {
            List<Node> nodes = NodeCoding.readNodes(nodesPart);
            List<String> dead = NodeCoding.readDead(deadPart);
            List<String> ids = NodeCoding.ids(nodes, dead);
            SlotTable table = SlotTableCoding.read(tablePart, ids);
            tablePart.expectEnd();
            List<Handover> handovers = HandoverCoding.read(handoversPart, ids);
            return new Ring(epoch, term, nodes, dead, table, handovers);
        } catch (IllegalArgumentException invalid) {
            throw new RingFormatException("ring of epoch " + epoch + " is invalid: " + invalid.getMessage());
        }
    }

    /**
     * The epoch in the header, read without looking at the rest: the bytes may still be damaged. 0, which is lower than
     * the epoch of any ring, when they do not begin as a ring does.
     */
    public static long epochOf(byte[] bytes) {
        return bytes.length < HEADER || magic(bytes) != MAGIC ? 0 : Math.max(0, big(bytes, EPOCH_OFFSET, 8));
    }

    static long termOf(byte[] bytes) {
        return big(bytes, EPOCH_OFFSET + 8, 8);
    }

    /** What is between the header and the checksum. */
    static WireReader body(byte[] bytes) {
        return new WireReader(bytes, HEADER, bytes.length - CHECKSUM, "ring");
    }

    static byte[] frame(int major, int minor, long epoch, long term, byte[] sections) {
        WireWriter out = new WireWriter();
        out.number(MAGIC, 4).number(major, 1).number(minor, 1).number(epoch, 8).number(term, 8);
        out.number(HEADER + sections.length + CHECKSUM, 4).raw(sections);
        byte[] framed = out.toArray();
        return out.number(crc(framed, framed.length), CHECKSUM).toArray();
    }

    static void section(int tag, WireWriter content, WireWriter out) {
        out.number(tag, 1).number(content.length(), 4).raw(content.toArray());
    }

    static void checkFrame(byte[] bytes, int major) throws RingFormatException {
        if (bytes.length < HEADER + CHECKSUM) {
            throw new RingFormatException(
                    "no ring: " + bytes.length + " bytes, the shortest has more than " + (HEADER + CHECKSUM));
        }
        if (magic(bytes) != MAGIC) {
            throw new RingFormatException("no ring: does not begin with \"SWRG\"");
        }
        if (bytes[MAJOR_OFFSET] != major) {
            throw new RingFormatException(
                    "ring of format version " + (bytes[MAJOR_OFFSET] & 0xff) + "." + (bytes[5] & 0xff) + ": version "
                            + major + " is read here; the program must be upgraded, or the writer downgraded");
        }
        long length = big(bytes, 22, 4);
        if (length != bytes.length) {
            throw new RingFormatException(
                    "ring is damaged: says that it has " + length + " bytes and has " + bytes.length);
        }
        long stated = big(bytes, bytes.length - CHECKSUM, CHECKSUM);
        long computed = crc(bytes, bytes.length - CHECKSUM);
        if (stated != computed) {
            throw new RingFormatException(
                    String.format("ring is damaged: its checksum is %08x and should be %08x", stated, computed));
        }
    }

    static WireReader section(int tag, WireReader body, String name) throws RingFormatException {
        int found = body.small(1);
        if (found != tag) {
            throw new RingFormatException(name + ": section " + tag + " expected, " + found + " found");
        }
        return body.part(body.number(4), name);
    }

    static void skipUnknown(WireReader body, int last) throws RingFormatException {
        for (int previous = last; body.remaining() > 0; ) {
            int tag = body.small(1);
            if (tag <= previous) {
                throw new RingFormatException("section " + tag + " after section " + previous);
            }
            previous = tag;
            body.part(body.number(4), "section " + tag);
        }
    }

    private static long big(byte[] bytes, int offset, int width) {
        long value = 0;
        for (int i = offset; i < offset + width; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    private static int magic(byte[] bytes) {
        return (int) big(bytes, 0, 4);
    }

    private static long crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }
}
