package io.slackwater.operator.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Death;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.coordination.Snapshot.NodeStatus;
import io.slackwater.operator.coordination.Snapshot.State;
import io.slackwater.ring.Slots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pods, kubelet and coordinator as little models, moved on by {@link TierPlan} alone: two seconds a step, at most 3,000 slots a step.
 * Asserts after each step that the plan has made nothing worse.
 */
final class SimulatedTier {
    private static final Duration STEP = Duration.ofSeconds(2);
    private static final int SLOTS_A_STEP = 3_000;

    /** How pods of a revision fare. */
    enum Quality {
        GOOD,
        NO_IMAGE,
        NEVER_READY,
        REFUSED,
        CRASHES,
        CRASHES_LATE
    }

    private static final class SimPod {
        final String name;
        final Revised of;
        final Instant createdAt;
        boolean started;
        boolean ready;
        Instant since;
        int restarts;
        int slots;
        boolean terminating;
        boolean failed;
        int stunned;
        boolean lost;
        Instant diedAt = Instant.MIN;

        SimPod(String name, Revised of, Instant createdAt) {
            this.name = name;
            this.of = of;
            this.createdAt = createdAt;
            this.since = createdAt;
        }

        boolean usable() {
            return !terminating && !failed && !lost;
        }
    }

    private record Revised(String revision, Quality quality) {}

    private final List<SimPod> pods = new ArrayList<>();
    private Instant now = Pods.NOW;
    private Revised wanted = new Revised("r0", Quality.GOOD);
    private int replicas = 3;
    private int names;
    private Set<String> owners = Set.of();
    private boolean moving;

    SimulatedTier() {
        for (int i = 0; i < replicas; i++) {
            SimPod pod = add();
            pod.started = true;
            pod.ready = true;
            pod.since = now.minusSeconds(100);
            pod.slots = Slots.COUNT / replicas + (i == 0 ? Slots.COUNT % replicas : 0);
        }
    }

    private SimPod add() {
        SimPod pod = new SimPod("p" + Integer.toString(10_000 + names++), wanted, now);
        pods.add(pod);
        return pod;
    }

    // ---- what people and machines do to it

    void edit(Quality quality) {
        wanted = new Revised("r" + (quality == Quality.GOOD ? "0" : quality.name() + names), quality);
    }

    void renew() {
        wanted = new Revised("good" + names, Quality.GOOD);
    }

    void scale(int to) {
        replicas = to;
    }

    void kill(int which) {
        SimPod pod = pick(which);
        if (pod != null && pod.started) {
            pod.restarts++;
            stun(pod);
            failOver(pod);
        }
    }

    void stun(int which) {
        SimPod pod = pick(which);
        if (pod != null) {
            stun(pod);
        }
    }

    void delete(int which) {
        SimPod pod = pick(which);
        if (pod != null) {
            pod.terminating = true;
        }
    }

    /** Its machine loses power: the pod's object stays as it is, but for its readiness. */
    void cutPower(int which) {
        SimPod pod = pick(which);
        if (pod != null && pod.started) {
            pod.lost = true;
            pod.diedAt = now;
            pod.ready = false;
            pod.since = now;
            failOver(pod);
        }
    }

    /** Machines have power again. Servers that were only cut off run on, though nobody counts on them any more. */
    void powerBack() {
        pods.stream().filter(pod -> pod.lost).forEach(pod -> {
            pod.ready = true;
            pod.since = now;
        });
    }

    void fail(int which) {
        SimPod pod = pick(which);
        if (pod != null) {
            pod.failed = true;
            pod.ready = false;
            failOver(pod);
        }
    }

    private @Nullable SimPod pick(int which) {
        List<SimPod> usable = pods.stream().filter(SimPod::usable).toList();
        // The last one that serves is left alone: what becomes of a tier that is gone is another question.
        return usable.stream().filter(pod -> pod.slots > 0).count() < 2 ? null : usable.get(which % usable.size());
    }

    private void stun(SimPod pod) {
        pod.ready = false;
        pod.stunned = 2;
    }

    private void failOver(SimPod pod) {
        List<SimPod> heirs = pods.stream()
                .filter(other -> other != pod && other.slots > 0 && !other.failed && !other.lost)
                .toList();
        for (int i = 0; i < heirs.size(); i++) {
            int share = pod.slots / (heirs.size() - i);
            heirs.get(i).slots += share;
            pod.slots -= share;
        }
    }

    // ---- a step

    void step() {
        now = now.plus(STEP);
        kubelet();
        Snapshot snapshot = snapshot();
        TierPlan plan = TierPlan.of(new Wanted(replicas, wanted.revision(), ""), observed(), snapshot, now);
        long usable = usable();
        assertThat(plan.create() == 0 || usable + plan.create() <= replicas + 1)
                .as("at most one more than wanted: %s of %s, %s", usable, replicas, plan)
                .isTrue();
        for (int i = 0; i < plan.create(); i++) {
            add();
        }
        List<String> going = new ArrayList<>();
        plan.remove().forEach(pod -> going.add(pod.name()));
        plan.discard().forEach(pod -> going.add(pod.name()));
        plan.release().forEach(pod -> going.add(pod.name()));
        assertThat(pods).filteredOn(pod -> going.contains(pod.name)).allMatch(pod -> pod.slots == 0);
        pods.removeIf(pod -> going.contains(pod.name));
        owners = plan.owners();
        long before = serving();
        coordinator();
        assertThat(serving())
                .as("nodes that serve and are ready, of %s wanted: %s", replicas, plan)
                .isGreaterThanOrEqualTo(Math.min(replicas, before));
    }

    private void kubelet() {
        for (SimPod pod : pods) {
            if (pod.failed || pod.lost || pod.of.quality() == Quality.NO_IMAGE) {
                continue;
            }
            boolean lives = pod.ready && Duration.between(pod.since, now).toSeconds() < lifetime(pod.of.quality());
            if (!pod.started) {
                pod.started = true;
            } else if (pod.stunned > 0) {
                pod.stunned--;
            } else if (pod.ready && !lives && serving() > 1) {
                pod.restarts++;
                stun(pod);
                failOver(pod);
            } else if (!pod.ready && pod.of.quality() != Quality.NEVER_READY) {
                pod.ready = true;
                pod.since = now;
            }
        }
    }

    private static int lifetime(Quality quality) {
        return switch (quality) {
            case CRASHES -> 2;
            case CRASHES_LATE -> 20;
            case GOOD, NO_IMAGE, NEVER_READY, REFUSED -> Integer.MAX_VALUE;
        };
    }

    /** Takes from those that shall own nothing, then evens out. */
    private void coordinator() {
        List<SimPod> wantedPods = pods.stream()
                .filter(pod -> owners.contains("uid-" + pod.name) && pod.usable())
                .filter(pod -> pod.slots > 0 || pod.ready && pod.of.quality() != Quality.REFUSED)
                .toList();
        int budget = SLOTS_A_STEP;
        while (budget > 0 && !wantedPods.isEmpty()) {
            SimPod to = wantedPods.stream()
                    .min(Comparator.comparingInt(pod -> pod.slots))
                    .orElseThrow();
            SimPod from = pods.stream()
                    .filter(pod -> pod.slots > 0 && !wantedPods.contains(pod))
                    .findFirst()
                    .orElseGet(() -> wantedPods.stream()
                            .max(Comparator.comparingInt(pod -> pod.slots))
                            .orElseThrow());
            int most = wantedPods.contains(from) ? (from.slots - to.slots) / 2 : from.slots;
            int amount = Math.min(budget, Math.min(most, 500));
            if (amount <= 0) {
                break;
            }
            from.slots -= amount;
            to.slots += amount;
            budget -= amount;
        }
        moving = budget < SLOTS_A_STEP;
    }

    // ---- looking at it

    private long usable() {
        return pods.stream().filter(SimPod::usable).count();
    }

    private long serving() {
        return pods.stream()
                .filter(pod -> pod.slots > 0 && pod.ready && pod.usable())
                .count();
    }

    /** As many nodes as wanted, all of the wanted revision, all serving, and nothing else left. */
    boolean settled() {
        return pods.size() == replicas
                && serving() == replicas
                && !moving
                && pods.stream().allMatch(pod -> pod.of.equals(wanted));
    }

    private List<ObservedPod> observed() {
        return pods.stream()
                .map(pod -> new ObservedPod(
                        "uid-" + pod.name,
                        pod.name,
                        pod.started ? "10.0.0.1" : "",
                        pod.ready,
                        pod.terminating,
                        pod.failed,
                        pod.failed || pod.stunned > 0 && pod.restarts > 0 && pod.slots == 0,
                        pod.started,
                        "c",
                        pod.restarts,
                        pod.createdAt,
                        pod.since,
                        pod.slots > 0,
                        "",
                        false,
                        pod.of.revision(),
                        ""))
                .toList();
    }

    private Snapshot snapshot() {
        Map<String, Integer> slots = new HashMap<>();
        pods.stream().filter(pod -> pod.slots > 0).forEach(pod -> slots.put(pod.name, pod.slots));
        Snapshot base = Pods.snapshot(slots);
        Map<String, NodeStatus> nodes = new HashMap<>();
        for (SimPod pod : pods) {
            boolean owner = owners.contains("uid-" + pod.name) && pod.usable();
            boolean reached = pod.ready && pod.of.quality() != Quality.REFUSED;
            State state = pod.lost
                    ? State.DEAD
                    : pod.slots > 0
                            ? owner ? State.SERVING : State.EMPTYING
                            : pod.ready && pod.of.quality() == Quality.REFUSED
                                    ? State.REFUSED
                                    : owner || !reached ? State.STARTING : State.RETIRED;
            String id = pod.slots > 0 || reached || pod.lost ? pod.name + "/r" : "";
            Death death = pod.lost ? new Death(pod.diedAt, pod.ready) : null;
            nodes.put("uid-" + pod.name, new NodeStatus(id, state, pod.slots, 0, "", death));
        }
        Migration move = new Migration("", 1, 0, 0, 0, now, null, null, "", Duration.ZERO, null, 0);
        return Pods.snapshot(base.ring(), nodes, moving ? move : null, List.of());
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(replicas + " of " + wanted.revision() + (moving ? ", moving" : "") + ":");
        pods.forEach(pod -> text.append(' ')
                .append(pod.name)
                .append('(')
                .append(pod.of.revision())
                .append(pod.ready ? " ready " : " not ready ")
                .append(pod.slots)
                .append(pod.usable() ? ")" : " leaving)"));
        return text.toString();
    }
}
