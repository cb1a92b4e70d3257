package io.slackwater.operator.scaling;

/**
 * What things are worth, in hours of one replica. With the default a tier keeps part of its nodes over night rather than to move most of its slots twice
 * a day; gateways go by night when half of them are not needed for some hours.
 *
 * @param moveAll moving every slot, or letting every client connect anew, once; fewer cost their share
 * @param eachMove any change of size, however small: all members take part in it
 * @param missing an hour in which one node is missing to what is needed with headroom
 */
public record Prices(double moveAll, double eachMove, double missing) {
    /** 56 node-hours for all slots, so about 300 slots for one; 12 for any move; 5 for a missing node-hour. */
    public static final Prices DEFAULT = new Prices(56, 12, 5);

    /** For gateways: 12 gateway-hours when every client connects anew, 2 for any change, 5 for a missing gateway-hour. */
    public static final Prices OF_CONNECTIONS = new Prices(12, 2, 5);

    /** The price of a change of size. */
    double move(int from, int to) {
        return from == to ? 0 : eachMove + moveAll * share(from, to);
    }

    /**
     * The share of all slots that a change of size moves, which is the least that it can: newcomers get their share, or those who leave give
     * theirs away, and nothing else moves ({@link io.slackwater.ring.Planner}).
     */
    public static double share(int from, int to) {
        return (double) Math.abs(from - to) / Math.max(from, to);
    }
}
