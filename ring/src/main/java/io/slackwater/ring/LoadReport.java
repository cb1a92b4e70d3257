package io.slackwater.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one member has had to do with each slot since its last report. Immutable; only slots that are not idle take space.
 *
 * <p>Encoded it has at most {@link #MAX_BYTES} bytes, three for a busy slot. Counts are rounded to a number of 5 bits of exponent and 3 of
 * mantissa, exact up to 15 and within 6.25 % above: what is planned from it is the sum over many slots, where the roundings cancel out.
 */
public final class LoadReport {
    /** Longest encoded report; longer ones are refused. */
    public static final int MAX_BYTES = 60_000;

    /** Most channels that a report names. */
    public static final int MAX_CHANNELS = 8;

    /** Longest span, in milliseconds: a day. */
    public static final long MAX_SPAN_MILLIS = 86_400_000;

    private static final int MAGIC = 'L' << 8 | '1';
    private static final int MAX_NAME = 1024;

    private final String member;
    private final long spanMillis;
    private final int[] slots;
    private final byte[] deliveries;
    private final byte[] subscriptions;
    private final List<HotChannel> channels;

    /**
     * One of the channels with the most deliveries.
     *
     * @param name of the channel
     * @param deliveries about, not negative
     */
    public record HotChannel(String name, long deliveries) {}

    /** Takes what a report has of a slot. */
    public interface Reader {
        /**
         * A slot that is not idle.
         *
         * @param deliveries of what the member published, in the report's span
         * @param subscriptions channels of the slot that the member is subscribed to
         */
        void slot(int slot, long deliveries, long subscriptions);
    }

    private LoadReport(
            String member,
            long spanMillis,
            int[] slots,
            byte[] deliveries,
            byte[] subscriptions,
            List<HotChannel> channels) {
        this.member = member;
        this.spanMillis = spanMillis;
        this.slots = slots;
        this.deliveries = deliveries;
        this.subscriptions = subscriptions;
        this.channels = List.copyOf(channels);
    }

    /**
     * Makes a report.
     *
     * @param member 1 to 1,024 bytes
     * @param spanMillis the time it is about, 1 to {@link #MAX_SPAN_MILLIS}
     * @param deliveries per slot, none negative
     * @param subscriptions per slot, none negative
     * @param channels the hottest first; those beyond {@link #MAX_CHANNELS} are left out
     * @throws IllegalArgumentException something is out of bounds
     */
    public static LoadReport of(
            String member, long spanMillis, long[] deliveries, int[] subscriptions, List<HotChannel> channels) {
        if (spanMillis < 1 || spanMillis > MAX_SPAN_MILLIS) {
            throw new IllegalArgumentException("load report about " + spanMillis + " ms: must be 1 to a day");
        }
        if (deliveries.length != Slots.COUNT || subscriptions.length != Slots.COUNT) {
            throw new IllegalArgumentException("load report of " + deliveries.length + " slots: must be 16384");
        }
        int[] slots = new int[Slots.COUNT];
        byte[] delivered = new byte[Slots.COUNT];
        byte[] subscribed = new byte[Slots.COUNT];
        int count = 0;
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            if (deliveries[slot] != 0 || subscriptions[slot] != 0) {
                slots[count] = slot;
                delivered[count] = round(deliveries[slot]);
                subscribed[count] = round(subscriptions[slot]);
                count++;
            }
        }
        return new LoadReport(
                member,
                spanMillis,
                Arrays.copyOf(slots, count),
                Arrays.copyOf(delivered, count),
                Arrays.copyOf(subscribed, count),
                channels.subList(0, Math.min(MAX_CHANNELS, channels.size())));
    }

    public String member() {
        return member;
    }

    /** The time it is about, in milliseconds; at least 1. */
    public long spanMillis() {
        return spanMillis;
    }

    /** The hottest first, by what this member published. */
    public List<HotChannel> channels() {
        return channels;
    }

    /** Reads it slot by slot, in ascending order. */
    public void forEachSlot(Reader reader) {
        for (int i = 0; i < slots.length; i++) {
            reader.slot(slots[i], value(deliveries[i]), value(subscriptions[i]));
        }
    }

    public byte[] encode() {
        WireWriter out = new WireWriter().number(MAGIC, 2).text(member).number(spanMillis, 4);
        out.number(slots.length, 2);
        int next = 0;
        for (int i = 0; i < slots.length; i++) {
            out.varint(slots[i] - next).number(deliveries[i], 1).number(subscriptions[i], 1);
            next = slots[i] + 1;
        }
        out.number(channels.size(), 1);
        channels.forEach(channel -> out.text(channel.name()).number(channel.deliveries(), 8));
        return out.toArray();
    }

    /** Whether these bytes claim to be a report, of this or another version. */
    public static boolean isReport(byte[] bytes) {
        return bytes.length > 1 && bytes[0] == 'L';
    }

    /**
     * The reverse of {@link #encode()}.
     *
     * @throws RingFormatException it is none, with what is wrong
     */
    public static LoadReport decode(byte[] bytes) throws RingFormatException {
        if (bytes.length > MAX_BYTES) {
            throw new RingFormatException("load report of " + bytes.length + " bytes: at most " + MAX_BYTES);
        }
        WireReader in = new WireReader(bytes, 0, bytes.length, "load report");
        if (in.small(2) != MAGIC) {
            throw new RingFormatException("no load report of version 1");
        }
        String member = name(in.text(), "member");
        long spanMillis = in.number(4);
        int count = in.small(2);
        if (spanMillis < 1 || spanMillis > MAX_SPAN_MILLIS || count > Slots.COUNT) {
            throw new RingFormatException("load report of " + count + " slots about " + spanMillis + " ms");
        }
        int[] slots = new int[count];
        byte[] deliveries = new byte[count];
        byte[] subscriptions = new byte[count];
        int next = 0;
        for (int i = 0; i < count; i++) {
            slots[i] = next + in.varint();
            if (slots[i] >= Slots.COUNT) {
                throw new RingFormatException("load report of slot " + slots[i]);
            }
            next = slots[i] + 1;
            deliveries[i] = (byte) in.small(1);
            subscriptions[i] = (byte) in.small(1);
        }
        List<HotChannel> channels = channels(in);
        in.expectEnd();
        return new LoadReport(member, spanMillis, slots, deliveries, subscriptions, channels);
    }

    private static List<HotChannel> channels(WireReader in) throws RingFormatException {
        int count = in.small(1);
        if (count > MAX_CHANNELS) {
            throw new RingFormatException("load report with " + count + " channels: at most " + MAX_CHANNELS);
        }
        List<HotChannel> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = name(in.text(), "channel");
            long deliveries = in.number(8);
            if (deliveries < 0 || deliveries > SlotLoad.MAX_TOTAL) {
                throw new RingFormatException("load report with a channel of " + deliveries + " deliveries");
            }
            channels.add(new HotChannel(name, deliveries));
        }
        return channels;
    }

    private static String name(String text, String what) throws RingFormatException {
        if (text.isEmpty() || text.length() > MAX_NAME) {
            throw new RingFormatException(
                    "load report with a " + what + " of " + text.length() + " characters: must be 1 to " + MAX_NAME);
        }
        return text;
    }

    /** To the nearest of the numbers that {@link #value} knows; the largest one stands for all above it. */
    static byte round(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("a count of " + number + ": must not be negative");
        }
        if (number >= value((byte) 0xff)) {
            return (byte) 0xff;
        }
        if (number < 16) {
            return (byte) number;
        }
        int shift = 60 - Long.numberOfLeadingZeros(number); // leaves four digits
        long digits = (number + (1L << shift - 1)) >> shift;
        return (byte) ((shift << 3) + digits); // 16 digits carry into the exponent, as they should
    }

    /** A byte of 5 bits of exponent and 3 of mantissa, the leading digit left out. */
    static long value(byte rounded) {
        int bits = rounded & 0xff;
        return bits < 16 ? bits : (8L + (bits & 7)) << (bits >> 3) - 1;
    }
}
