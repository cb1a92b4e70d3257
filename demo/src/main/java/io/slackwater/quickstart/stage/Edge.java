package io.slackwater.quickstart.stage;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The processes at the edge of the tier: gateways, and back ends that publish. */
public final class Edge {
    private static final int PORT = 8080;
    private static final int MANAGEMENT_PORT = 8081;
    private static final long READY_SECONDS = 180;

    private final Machine machine;
    private final String cluster;
    private final List<String> seeds;
    private final boolean naive;

    /** @param seeds nodes to join the tier by */
    public Edge(Machine machine, String cluster, List<String> seeds, boolean naive) {
        this.machine = machine;
        this.cluster = cluster;
        this.seeds = List.copyOf(seeds);
        this.naive = naive;
    }

    /**
     * Starts gateways.
     *
     * @param connections most of one gateway
     * @param subscriptions most of one connection
     */
    public void startGateways(int count, int connections, int subscriptions) {
        for (int i = 0; i < count; i++) {
            String name = gateway(i);
            machine.create(Pods.of(
                    name,
                    naive ? Pods.NAIVE_GATEWAY : Pods.GATEWAY,
                    List.of(
                            "--seeds=" + String.join(",", seeds),
                            "--cluster=" + cluster,
                            "--member=" + name,
                            "--bind=0.0.0.0",
                            "--port=" + PORT,
                            "--management-port=" + MANAGEMENT_PORT,
                            "--max-connections=" + connections,
                            "--max-subscriptions=" + subscriptions),
                    Map.of(),
                    Pods.http("/readyz", MANAGEMENT_PORT)));
        }
    }

    /** Waits for the gateways, and returns their WebSocket endpoints. */
    public List<URI> awaitGateways(int count) {
        List<URI> endpoints = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            endpoints.add(URI.create("ws://" + machine.awaitReady(gateway(i), READY_SECONDS) + ":" + PORT + "/stomp"));
        }
        return endpoints;
    }

    private static String gateway(int number) {
        return "gateway-" + number;
    }

    /** Starts a back end that connects to the control address. */
    public void startBackEnd(int number, String control, int channels, long seed) {
        List<String> arguments = new ArrayList<>(List.of(
                "--control=" + control,
                "--seeds=" + String.join(",", seeds),
                "--cluster=" + cluster,
                "--number=" + number,
                "--channels=" + channels,
                "--seed=" + seed));
        if (naive) {
            arguments.add("--naive");
        }
        machine.create(Pods.of("back-end-" + number, Pods.PUBLISHER, arguments, Map.of(), null));
    }
}
