package io.slackwater.ring.handover;

/**
 * What one member counted, for some slots on one node, over one term. Summed over all members, {@code receivers} equals
 * {@code deliveries} exactly if nothing was lost or duplicated, provided that {@code unknown} and {@code interruptions} are 0.
 *
 * @param receivers sum of the replies of its PUBLISHes
 * @param deliveries messages it received and delivered, or left aside because its application had unsubscribed
 * @param unknown PUBLISHes that were written and whose reply was not seen
 * @param interruptions subscribing connections to the node that ended within the term
 */
public record Book(long receivers, long deliveries, long unknown, long interruptions) {
    /** Nothing counted. */
    public static final Book EMPTY = new Book(0, 0, 0, 0);

    public Book plus(Book other) {
        return new Book(
                receivers + other.receivers,
                deliveries + other.deliveries,
                unknown + other.unknown,
                interruptions + other.interruptions);
    }

    public boolean isEmpty() {
        return equals(EMPTY);
    }

    /** Four decimal numbers, separated by commas. */
    public String encode() {
        return receivers + "," + deliveries + "," + unknown + "," + interruptions;
    }

    /**
     * The reverse of {@link #encode()}.
     *
     * @throws IllegalArgumentException when the text has another form
     */
    public static Book decode(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("\"" + text + "\" is no book: needs four numbers separated by commas");
        }
        return new Book(
                Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]));
    }
}
