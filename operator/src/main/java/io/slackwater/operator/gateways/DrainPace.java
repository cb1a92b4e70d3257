package io.slackwater.operator.gateways;

import java.util.OptionalLong;

/**
 * How fast a tier drains: at the set rate, unless those who receive the clients get slow. Then it goes the way that congestion control
 * goes (additive increase, multiplicative decrease: D. Chiu and R. Jain, "Analysis of the increase and decrease algorithms for congestion
 * avoidance in computer networks", 1989): half as fast at each look at which one is slow, a tenth of the set rate more at each at which
 * none is. Pure.
 */
public final class DrainPace {
    /** From here on a receiver is slow, in milliseconds to let a client in. */
    static final long SLOW_MILLIS = 500;

    /** Up to here none is. Between the two the rate stays as it is. */
    static final long QUICK_MILLIS = 200;

    /** The rate never falls below this share of the set one, or it would never end. */
    private static final int LOWEST_SHARE = 100;

    private DrainPace() {}

    /**
     * The rate from now on, in disconnects a second: from a hundredth of the set one, but at least 1, up to the set one.
     *
     * @param set what is asked for, at least 1
     * @param present at which the tier drains now; 0 when it does not drain yet
     * @param slowest how long the slowest receiver takes to let a client in; empty when no client came or none tells
     */
    public static int next(int set, int present, OptionalLong slowest) {
        int lowest = Math.max(1, set / LOWEST_SHARE);
        if (present <= 0) {
            return set;
        }
        int bounded = Math.clamp(present, lowest, set);
        if (slowest.isPresent() && slowest.getAsLong() > SLOW_MILLIS) {
            return Math.max(lowest, bounded / 2);
        }
        if (slowest.isPresent() && slowest.getAsLong() > QUICK_MILLIS) {
            return bounded;
        }
        return (int) Math.min(set, (long) bounded + Math.max(1, set / 10));
    }

    /** While nobody receives: as slow as it gets. */
    static int lowest(int set) {
        return Math.max(1, set / LOWEST_SHARE);
    }
}
