package io.slackwater.operator.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.gateways.GatewayReport.Phase;
import io.slackwater.operator.nodes.ObservedPod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gateways that shed as they are told, clients who come back through a Service and so land anywhere, and an operator that looks every half
 * second, in simulated time. Half of the clients open a second connection before the first one ends, the others are closed at once.
 */
final class SimulatedShedding {
    static final Duration STEP = Duration.ofMillis(500);

    /** Between what the operator thinks the time is and what the API server does. */
    private static final Duration SKEW = Duration.ofSeconds(2);

    private record Connection(int client, Instant since) {}

    private static final class SimGateway {
        final String name;
        final Instant createdAt;
        final Map<Integer, Connection> connections = new LinkedHashMap<>();
        final Map<Integer, Instant> going = new HashMap<>();
        final Set<String> known = new HashSet<>();
        String id = "none";
        boolean ready = true;
        boolean silent;
        boolean leaving;
        Instant before = Instant.MIN;
        int remaining;
        int told;
        int rate;
        double credit;

        SimGateway(String name, Instant createdAt) {
            this.name = name;
            this.createdAt = createdAt;
        }
    }

    final SheddingSettings settings;
    private final Random random;
    private final boolean leastConnections;
    private final List<SimGateway> gateways = new ArrayList<>();
    private final Map<Integer, Instant> apart = new HashMap<>();
    private final Map<Integer, Integer> told = new HashMap<>();
    private Instant now = Gateways.NOW;
    private int wanted;
    private int clients;
    private Shedding shedding = Shedding.none();
    private int toldInLastSecond;
    private int mostInASecond;
    private Instant second = now;

    SimulatedShedding(long seed, SheddingSettings settings, boolean leastConnections) {
        random = new Random(seed);
        this.settings = settings;
        this.leastConnections = leastConnections;
    }

    /** Adds gateways; they are ready after some seconds, in which clients go on coming to the others. */
    void scaleOut(int count) {
        wanted += count;
        for (int i = 0; i < count; i++) {
            gateways.add(new SimGateway("g" + gateways.size(), now.minusNanos(now.getNano())));
            gateways.getLast().ready = false;
        }
        run(Duration.ofSeconds(6));
        gateways.forEach(gateway -> gateway.ready = true);
    }

    /** Lets clients come, spread evenly by lot. */
    void arrive(int count) {
        for (int i = 0; i < count; i++) {
            land(clients++);
        }
    }

    void run(Duration time) {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            step();
        }
    }

    /** Until the operator says that it is over. */
    void settle() {
        Instant end = now.plus(Duration.ofHours(3));
        while (!shedding.over()) {
            assertThat(now).as(() -> "over by now: " + describe()).isBefore(end);
            step();
        }
        run(Duration.ofSeconds(5));
        assertThat(apart).isEmpty();
    }

    Shedding shedding() {
        return shedding;
    }

    void operatorStartsAnew() {
        shedding = Shedding.none();
    }

    /** One of the older gateways dies, and its clients come to the others. */
    void kill() {
        SimGateway victim = gateways.getFirst();
        victim.ready = false;
        victim.connections.keySet().forEach(client -> apart.putIfAbsent(client, now.plusMillis(random.nextInt(1000))));
        victim.connections.clear();
        victim.going.clear();
        victim.remaining = 0;
    }

    void restart() {
        gateways.getFirst().ready = true;
    }

    void fallSilent(boolean silent) {
        gateways.getFirst().silent = silent;
    }

    void scaleIn() {
        wanted--;
        gateways.getLast().leaving = true;
    }

    void scaleInEnds() {
        SimGateway last = gateways.removeLast();
        last.connections.keySet().forEach(client -> apart.putIfAbsent(client, now));
    }

    int toldAtAll() {
        return told.values().stream().mapToInt(Integer::intValue).sum();
    }

    int mostOftenTold() {
        return told.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    int mostInASecond() {
        return mostInASecond;
    }

    /** What the busiest has of the mean, in per cent. */
    double busiest() {
        return gateways.stream()
                        .mapToInt(gateway -> gateway.connections.size())
                        .max()
                        .orElseThrow()
                * 100.0
                / mean();
    }

    private double mean() {
        return gateways.stream()
                .mapToInt(gateway -> gateway.connections.size())
                .average()
                .orElseThrow();
    }

    String describe() {
        StringBuilder text = new StringBuilder(shedding.toString());
        gateways.forEach(gateway -> text.append('\n')
                .append(gateway.name)
                .append(' ')
                .append(gateway.connections.size())
                .append(" told ")
                .append(gateway.told)
                .append(" remaining ")
                .append(gateway.remaining));
        return text.toString();
    }

    private void step() {
        now = now.plus(STEP);
        for (Map.Entry<Integer, Instant> client : List.copyOf(apart.entrySet())) {
            if (!client.getValue().isAfter(now) && land(client.getKey())) {
                apart.remove(client.getKey());
            }
        }
        gateways.forEach(this::shed);
        if (Duration.between(second, now).toMillis() >= 1000) {
            mostInASecond = Math.max(mostInASecond, toldInLastSecond);
            toldInLastSecond = 0;
            second = now;
        }
        operate();
    }

    private boolean land(int client) {
        List<SimGateway> open = gateways.stream()
                .filter(gateway -> gateway.ready && !gateway.leaving)
                .toList();
        if (open.isEmpty()) {
            return false;
        }
        SimGateway chosen = open.get(random.nextInt(open.size()));
        if (leastConnections) {
            chosen = open.stream()
                    .min(java.util.Comparator.comparingInt(gateway -> gateway.connections.size()))
                    .orElseThrow();
        }
        chosen.connections.put(client, new Connection(client, now));
        chosen.going.remove(client);
        return true;
    }

    private void shed(SimGateway gateway) {
        gateway.going.entrySet().removeIf(each -> {
            boolean gone = !each.getValue().isAfter(now);
            if (gone) {
                gateway.connections.remove(each.getKey());
            }
            return gone;
        });
        gateway.credit = Math.min(gateway.credit + gateway.rate * STEP.toMillis() / 1000.0, Math.max(1, gateway.rate));
        for (Connection connection : List.copyOf(gateway.connections.values())) {
            if (gateway.remaining == 0 || gateway.credit < 1) {
                return;
            }
            if (connection.since().isBefore(gateway.before) && !gateway.going.containsKey(connection.client())) {
                gateway.remaining--;
                gateway.credit--;
                gateway.told++;
                tell(gateway, connection.client());
            }
        }
        if (gateway.credit >= 1) {
            gateway.remaining = 0; // nobody is old enough
        }
    }

    private void tell(SimGateway gateway, int client) {
        toldInLastSecond++;
        told.merge(client, 1, Integer::sum);
        if (client % 2 == 0) {
            gateway.connections.remove(client);
            apart.put(client, now.plusMillis(random.nextInt(1500)));
        } else {
            gateway.going.put(client, now.plusMillis(500 + random.nextInt(1000)));
            // The other connection counts from now on; on the same gateway it takes the place of this one here.
            land(client);
        }
    }

    private void operate() {
        Instant clock = now.minus(SKEW);
        WantedGateways tier = new WantedGateways(
                wanted, "r", new DrainSettings(Duration.ZERO, 500, Duration.ofMinutes(10), Duration.ofSeconds(30)));
        List<ObservedGateway> observed =
                gateways.stream().map(SimulatedShedding::observe).toList();
        shedding = shedding.next(tier, settings, observed, clock);
        Map<String, ShedAnswer> answers = new HashMap<>();
        for (ShedOrder order : shedding.orders(observed, clock)) {
            gateways.stream()
                    .filter(gateway -> gateway.name.equals(order.gateway().name()))
                    .filter(gateway -> gateway.ready && !gateway.silent)
                    .forEach(gateway -> answers.put(gateway.name, obey(gateway, order)));
        }
        shedding = shedding.heard(answers, clock);
    }

    private ShedAnswer obey(SimGateway gateway, ShedOrder order) {
        if (gateway.known.add(order.id())) {
            gateway.id = order.id();
            gateway.before = now.minus(order.olderThan());
            gateway.remaining = order.clients();
            gateway.told = 0;
            gateway.rate = order.disconnectsPerSecond();
            gateway.credit = 1;
        }
        return new ShedAnswer.Said(gateway.id, gateway.told, gateway.remaining, gateway.going.size());
    }

    private static ObservedGateway observe(SimGateway gateway) {
        ObservedPod pod = new ObservedPod(
                gateway.name,
                gateway.name,
                "10.0.0.1",
                gateway.ready,
                false,
                false,
                false,
                true,
                gateway.name,
                0,
                gateway.createdAt,
                Instant.EPOCH,
                !gateway.leaving,
                "",
                false,
                "r",
                "");
        @Nullable Instant cordonedAt = gateway.leaving ? gateway.createdAt : null;
        return new ObservedGateway(
                pod,
                cordonedAt,
                null,
                null,
                null,
                null,
                "",
                gateway.ready && !gateway.silent
                        ? new GatewayReport(Phase.SERVING, gateway.connections.size(), 0, OptionalLong.of(3))
                        : null);
    }
}
