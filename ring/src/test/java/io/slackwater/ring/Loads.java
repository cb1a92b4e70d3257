package io.slackwater.ring;

import java.util.Random;

/** Loads as they occur: none measured, even, spread, and a few channels that everybody listens to. */
final class Loads {
    private Loads() {}

    static SlotLoad any(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> SlotLoad.UNIFORM;
            case 1 -> spread(random, 1_000);
            case 2 -> spread(random, 1 + random.nextInt(5));
            default -> zipf(random, 0.5 + random.nextDouble() * 0.7);
        };
    }

    static SlotLoad spread(Random random, int bound) {
        long[] deliveries = new long[Slots.COUNT];
        long[] subscriptions = new long[Slots.COUNT];
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            deliveries[slot] = random.nextInt(bound);
            subscriptions[slot] = random.nextInt(100);
        }
        return SlotLoad.of(deliveries, subscriptions);
    }

    /** The load of the slot of rank r is proportional to r to the power of -exponent; ranks are at random slots. */
    static SlotLoad zipf(Random random, double exponent) {
        long[] deliveries = new long[Slots.COUNT];
        long[] subscriptions = new long[Slots.COUNT];
        for (int rank = 1; rank <= Slots.COUNT; rank++) {
            int slot = random.nextInt(Slots.COUNT);
            deliveries[slot] += Math.round(1e6 * Math.pow(rank, -exponent));
            subscriptions[slot] += 1 + deliveries[slot] / (1 + random.nextInt(1_000));
        }
        return SlotLoad.of(deliveries, subscriptions);
    }
}
