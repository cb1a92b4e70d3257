package io.slackwater.ring.sim;

import io.slackwater.ring.Ring;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The Kubernetes API as far as it holds the ring: one object with a version, replaced only by who names the version. Requests and
 * answers take time, a request may be applied long after its sender has given it up, and answers get lost.
 */
final class SimStore {
    private final World world;
    private Ring ring;
    private long version = 1;

    SimStore(World world, Ring ring) {
        this.world = world;
        this.ring = ring;
    }

    /** What is stored at this moment; for the history, not for the machines. */
    Ring ring() {
        return ring;
    }

    /** Reads it. The answer always comes. */
    void read(Consumer<Stored> answer) {
        world.timeline.after(world.delay(), () -> {
            Stored stored = new Stored(ring, version);
            world.timeline.after(world.delay(), () -> answer.accept(stored));
        });
    }

    /**
     * Replaces it.
     *
     * @param answer gets the new version, or 0 for a conflict; called once, or never when request or answer is lost
     */
    void replace(String who, long expected, Ring next, LongConsumer answer) {
        boolean lost = world.chance(world.plan.storeFaultPercent);
        long delay = lost && world.random.nextBoolean() ? world.random.nextLong(60_000) : world.delay();
        if (lost && world.random.nextInt(4) == 0) {
            world.say("store", () -> "FAULT request of " + who + " is lost, epoch " + next.epoch());
            return;
        }
        world.timeline.after(delay, () -> {
            boolean applied = version == expected || !world.bending.compareAndSet();
            if (applied) {
                Ring before = ring;
                ring = next;
                version++;
                world.say(
                        "store", () -> who + " persists " + World.text(next) + (lost ? ", FAULT answer is lost" : ""));
                world.history.persisted(before, next);
                world.protocolStep();
            } else {
                world.say("store", () -> who + " has a conflict with " + World.text(next));
            }
            long result = applied ? version : 0;
            if (!lost) {
                world.timeline.after(world.delay(), () -> answer.accept(result));
            }
        });
    }

    /** What a read gives. */
    record Stored(Ring ring, long version) {}
}
