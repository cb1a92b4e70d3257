package io.slackwater.operator.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.gateways.GatewayReport.Phase;
import io.slackwater.operator.gateways.Removal.Reason;
import io.slackwater.operator.nodes.ObservedPod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A tier of gateways with its clients, its load balancer (which hears of changes a second late), its kubelet and its operator, in
 * simulated time. The operator can die between any two writes. What must never happen is checked as it goes.
 */
final class SimulatedGateways {
    static final Duration STEP = Duration.ofMillis(250);
    private static final int CLIENTS = 120;
    private static final int GRACE_SECONDS = 120;
    private static final int PRESTOP_SECONDS = 5;
    private static final int EVICTION_SECONDS = 5;
    private static final List<String> MACHINES = List.of("m0", "m1", "m2");

    /** One pod with its process. */
    private final class SimPod {
        final String name;
        final String revision;
        final String machine;
        final Instant createdAt = now;
        Instant startsAt;
        boolean running;
        boolean reachable = true;
        boolean admitted;

        @Nullable
        Instant cordonedAt;

        @Nullable
        Instant leavingSince;

        @Nullable
        Instant drainingSince;

        @Nullable
        Instant askedAt;

        boolean refusing;
        int rate;
        Instant tellsFrom = Instant.EPOCH;
        double credit;
        final TreeSet<Integer> clients = new TreeSet<>();

        SimPod(String name, String revision) {
            this.name = name;
            this.revision = revision;
            List<String> open =
                    MACHINES.stream().filter(m -> !closed.contains(m)).toList();
            this.machine = open.get(random.nextInt(open.size()));
            this.startsAt = now.plusSeconds(1 + random.nextInt(8));
        }

        boolean serves() {
            return running && admitted && askedAt == null && !refusing;
        }

        void drain(int newRate, Duration patience) {
            boolean patient = !refusing || tellsFrom.isAfter(now);
            if (patient) {
                tellsFrom = now.plus(patience);
            }
            refusing = true;
            rate = newRate;
        }

        ObservedGateway observe() {
            Phase phase = !refusing
                    ? Phase.SERVING
                    : clients.isEmpty() ? Phase.DRAINED : tellsFrom.isAfter(now) ? Phase.PATIENT : Phase.DRAINING;
            ObservedPod pod = new ObservedPod(
                    name,
                    name,
                    "10.0.0.1",
                    running,
                    askedAt != null,
                    false,
                    !running && restarted,
                    running || restarted,
                    name,
                    0,
                    createdAt,
                    Instant.EPOCH,
                    admitted,
                    "",
                    false,
                    revision,
                    "");
            return new ObservedGateway(
                    pod,
                    cordonedAt,
                    leavingSince,
                    drainingSince,
                    askedAt,
                    askedAt == null ? null : askedAt.plusSeconds(GRACE_SECONDS),
                    closed.contains(machine) ? machine : "",
                    running && reachable
                            ? new GatewayReport(
                                    phase, clients.size(), refusing ? rate : 0, OptionalLong.of(random.nextInt(700)))
                            : null);
        }

        boolean restarted;
    }

    private final Random random;
    private final Set<String> closed = new TreeSet<>();
    private final Map<String, SimPod> pods = new LinkedHashMap<>();
    private final Map<Integer, Instant> apart = new HashMap<>();
    private final int[] told = new int[CLIENTS];
    private final List<List<String>> endpoints = new ArrayList<>();
    private final DrainSettings drain =
            new DrainSettings(Duration.ofSeconds(4), 20, Duration.ofSeconds(60), Duration.ofSeconds(3));
    private Instant now = Gateways.NOW;
    private Instant operatorBack = Instant.EPOCH;
    private Instant nextEviction = Instant.MAX;
    private int minAvailable;
    private WantedGateways wanted = new WantedGateways(3, "r0", drain);
    private int names;
    private int causes;
    private boolean operatorMayDie;
    private int writesUntilDeath = Integer.MAX_VALUE;

    SimulatedGateways(long seed) {
        random = new Random(seed);
        for (int client = 0; client < CLIENTS; client++) {
            apart.put(client, now);
        }
    }

    /** How often each client was told to go. */
    int[] told() {
        return told.clone();
    }

    /** Changes of mind and pods that somebody asked to go, so far. */
    int causes() {
        return causes;
    }

    void operatorMayDie(boolean may) {
        operatorMayDie = may;
    }

    void want(int replicas, String revision) {
        if (replicas != wanted.replicas() || !revision.equals(wanted.revision())) {
            causes++;
            wanted = new WantedGateways(replicas, revision, drain);
        }
    }

    WantedGateways wanted() {
        return wanted;
    }

    void killSomething() {
        any().ifPresent(pod -> {
            cut(pod);
            pod.running = false;
            pod.restarted = true;
            pod.refusing = false;
            pod.startsAt = now.plusSeconds(1 + random.nextInt(10));
        });
    }

    void askSomethingToGo() {
        any().filter(pod -> pod.askedAt == null).ifPresent(pod -> {
            causes++;
            pod.askedAt = now;
        });
    }

    /** Closes a machine to new pods and evicts those on it, each again and again until the budget lets it go; the others are opened. */
    void drainMachine() {
        closed.clear();
        String machine = MACHINES.get(random.nextInt(MACHINES.size()));
        causes += (int) pods.values().stream()
                .filter(pod -> pod.machine.equals(machine))
                .count();
        closed.add(machine);
        nextEviction = now;
    }

    /** Whether a pod is left on a machine that is closed. */
    boolean evicting() {
        return pods.values().stream().anyMatch(pod -> closed.contains(pod.machine));
    }

    private void evict() {
        if (now.isBefore(nextEviction)) {
            return;
        }
        nextEviction = now.plusSeconds(EVICTION_SECONDS);
        for (SimPod pod : pods.values()) {
            long available = pods.values().stream().filter(SimPod::serves).count();
            boolean allowed = !pod.admitted || !pod.running || available > minAvailable;
            if (closed.contains(pod.machine) && pod.askedAt == null && allowed) {
                pod.askedAt = now;
            }
        }
    }

    void cutOffSomething(boolean cut) {
        any().ifPresent(pod -> pod.reachable = !cut);
    }

    void reachAll() {
        pods.values().forEach(pod -> pod.reachable = true);
    }

    private java.util.Optional<SimPod> any() {
        List<SimPod> all = List.copyOf(pods.values());
        return all.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(all.get(random.nextInt(all.size())));
    }

    boolean settled() {
        return !evicting()
                && pods.size() == wanted.replicas()
                && pods.values().stream().allMatch(pod -> pod.serves() && pod.revision.equals(wanted.revision()))
                && apart.isEmpty();
    }

    void run(Duration time) {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            step();
        }
    }

    /** Runs until nothing is left to do. */
    void settle(Duration limit) {
        Instant end = now.plus(limit);
        while (!settled()) {
            assertThat(now).as(() -> "settled by now: " + describe()).isBefore(end);
            step();
        }
    }

    String describe() {
        StringBuilder text = new StringBuilder("wanted " + wanted + "; apart " + apart.size());
        pods.values().forEach(pod -> text.append('\n').append(pod.observe()));
        return text.toString();
    }

    private void step() {
        now = now.plus(STEP);
        pods.values().forEach(pod -> {
            if (!pod.running && !pod.startsAt.isAfter(now)) {
                pod.running = true;
            }
        });
        endpoints.addFirst(pods.values().stream()
                .filter(pod -> pod.running && pod.admitted && pod.askedAt == null)
                .map(pod -> pod.name)
                .toList());
        connect(endpoints.get(Math.min(4, endpoints.size() - 1)));
        pods.values().forEach(this::tell);
        evict();
        kubelet();
        if (!operatorBack.isAfter(now)) {
            operate();
        }
    }

    private void connect(List<String> known) {
        List<SimPod> open = known.stream()
                .map(pods::get)
                .filter(pod -> pod != null && pod.running && !pod.refusing)
                .sorted(Comparator.comparingInt(pod -> pod.clients.size()))
                .toList();
        if (open.isEmpty()) {
            return;
        }
        for (Map.Entry<Integer, Instant> client : List.copyOf(apart.entrySet())) {
            if (!client.getValue().isAfter(now)) {
                open.get(random.nextInt(open.size())).clients.add(client.getKey());
                apart.remove(client.getKey());
            }
        }
    }

    private void tell(SimPod pod) {
        if (!pod.running || !pod.refusing || pod.tellsFrom.isAfter(now)) {
            return;
        }
        pod.credit = Math.min(pod.rate, pod.credit + pod.rate * STEP.toMillis() / 1000.0);
        while (pod.credit >= 1 && !pod.clients.isEmpty()) {
            int client = java.util.Objects.requireNonNull(pod.clients.pollFirst());
            pod.credit--;
            told[client]++;
            apart.put(client, now.plusMillis(random.nextInt(3000)));
        }
    }

    private void kubelet() {
        for (SimPod pod : List.copyOf(pods.values())) {
            Instant asked = pod.askedAt;
            if (asked == null) {
                continue;
            }
            boolean stopped = !asked.plusSeconds(PRESTOP_SECONDS).isAfter(now);
            if (stopped && pod.running && !pod.refusing) {
                pod.drain(drain.disconnectsPerSecond(), GatewayPod.WAITS_FOR_ORDERS);
            }
            if (!asked.plusSeconds(GRACE_SECONDS).isAfter(now) || stopped && pod.clients.isEmpty()) {
                cut(pod);
                pods.remove(pod.name);
            }
        }
    }

    private void cut(SimPod pod) {
        pod.clients.forEach(client -> apart.put(client, now.plusMillis(random.nextInt(1000))));
        pod.clients.clear();
    }

    private static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void write(Runnable change) {
        if (writesUntilDeath-- <= 0) {
            throw new Death();
        }
        change.run();
    }

    private void operate() {
        writesUntilDeath = operatorMayDie && random.nextInt(10) == 0 ? random.nextInt(5) : Integer.MAX_VALUE;
        try {
            List<ObservedGateway> observed =
                    pods.values().stream().map(SimPod::observe).toList();
            write(() -> minAvailable = GatewayEvictions.minAvailable(wanted, observed));
            carryOut(GatewayPlan.of(wanted, observed, now));
        } catch (Death death) {
            operatorBack = now.plusSeconds(random.nextInt(15));
        }
    }

    private void carryOut(GatewayPlan plan) {
        for (int i = 0; i < plan.create(); i++) {
            write(() -> {
                String name = "p" + names++;
                pods.put(name, new SimPod(name, wanted.revision()));
            });
        }
        plan.admit()
                .forEach(gateway -> write(() -> {
                    pod(gateway).admitted = true;
                    pod(gateway).cordonedAt = null;
                }));
        plan.cordon()
                .forEach(gateway -> write(() -> {
                    boolean served = pod(gateway).serves();
                    pod(gateway).admitted = false;
                    pod(gateway).cordonedAt = now;
                    if (served) {
                        assertThat(pods.values().stream().filter(SimPod::serves).count())
                                .as(() -> "left in the endpoints without " + gateway.name() + ": " + describe())
                                .isGreaterThanOrEqualTo(wanted.replicas());
                    }
                }));
        plan.leave().forEach(gateway -> write(() -> pod(gateway).leavingSince = now));
        plan.begin().forEach(gateway -> write(() -> pod(gateway).drainingSince = now));
        plan.orders().stream()
                .filter(order -> pod(order.gateway()).running && pod(order.gateway()).reachable)
                .forEach(order ->
                        write(() -> pod(order.gateway()).drain(order.disconnectsPerSecond(), order.patience())));
        plan.removals().forEach(removal -> write(() -> remove(removal)));
    }

    private void remove(Removal removal) {
        SimPod pod = pod(removal.gateway());
        if (removal.reason() != Reason.OVERDUE) {
            assertThat(pod.clients)
                    .as("connections of %s, which is removed", pod.name)
                    .isEmpty();
            assertThat(pod.refusing || !pod.running).isTrue();
        } else {
            assertThat(java.util.Objects.requireNonNull(pod.drainingSince).plus(drain.timeout()))
                    .isBeforeOrEqualTo(now);
        }
        pod.askedAt = now;
    }

    private SimPod pod(ObservedGateway gateway) {
        return java.util.Objects.requireNonNull(pods.get(gateway.name()));
    }
}
