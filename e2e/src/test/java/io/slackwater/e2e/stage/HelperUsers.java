package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.slackwater.testkit.clients.StompJsPackage;
import io.slackwater.testkit.clients.StompJsUsers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Users of the helper for stompjs and, beside them, of stompjs alone: a process of this machine. It reaches gateways through the API server, those
 * that the Service of the tier leads to at the time, as behind a load balancer. Somebody who talks is connected to a gateway of its own, which stays.
 */
public final class HelperUsers implements AutoCloseable {
    public static final int HELPERS = 8;

    private static final int CHANNELS_EACH = 5;
    private static final int PLAIN = 4;
    private static final int CHANNELS = 20;
    private static final int PORT = 8080;
    private static final long LOOK_MILLIS = 250;

    private final KubernetesClient client;
    private final String namespace;
    private final String service;
    private final Map<String, LocalPortForward> forwards = new HashMap<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private final StompJsUsers users;
    private List<String> gateways = List.of();

    private HelperUsers(Stage stage, Tier tier, GatewayTier gateways) throws IOException {
        client = stage.client();
        namespace = tier.namespace();
        service = gateways.service();
        users = new StompJsUsers(HELPERS, CHANNELS_EACH, PLAIN, CHANNELS, "");
    }

    /** Returns when all of them are subscribed and hear what is said. Skips the test where there is no Node 20 with {@code npm}. */
    public static HelperUsers listening(Stage stage, Tier tier, GatewayTier gateways) throws IOException {
        String missing = StompJsPackage.missing();
        Assumptions.assumeTrue(missing.isEmpty(), "skipped: " + missing);
        HelperUsers listening = new HelperUsers(stage, tier, gateways);
        try {
            String talker = stage.gatewayPods(tier.namespace(), tier.name())
                    .getFirst()
                    .getMetadata()
                    .getName();
            listening.users.talk(listening.url(talker));
            listening.look();
            listening.looking.scheduleWithFixedDelay(listening::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            listening.users.awaitReady();
            return listening;
        } catch (IOException | RuntimeException e) {
            listening.close();
            throw e;
        }
    }

    /** Tells the users where the Service leads now. */
    private synchronized void look() {
        try {
            List<String> pods = client
                    .discovery()
                    .v1()
                    .endpointSlices()
                    .inNamespace(namespace)
                    .withLabel("kubernetes.io/service-name", service)
                    .list()
                    .getItems()
                    .stream()
                    .flatMap(slice -> slice.getEndpoints().stream())
                    .filter(endpoint ->
                            Boolean.TRUE.equals(endpoint.getConditions().getReady()))
                    .map(HelperUsers::pod)
                    .sorted()
                    .toList();
            if (!pods.isEmpty() && !pods.equals(gateways)) {
                users.reachable(pods.stream().map(this::url).toList());
                gateways = pods;
            }
        } catch (IOException | RuntimeException e) { // the next look does it
            Log.line("where gateways are cannot be told now: " + e);
        }
    }

    private static String pod(Endpoint endpoint) {
        return endpoint.getTargetRef().getName();
    }

    private synchronized String url(String pod) {
        LocalPortForward forward = forwards.computeIfAbsent(
                pod, name -> client.pods().inNamespace(namespace).withName(name).portForward(PORT));
        return "ws://127.0.0.1:" + forward.getLocalPort() + "/stomp";
    }

    /** Lets the talker stop, and says what everybody has seen; see {@code users.js}. */
    public Map<String, Integer> report() throws IOException {
        return users.end();
    }

    @Override
    public void close() {
        looking.shutdownNow();
        users.close();
        synchronized (this) {
            forwards.values().forEach(forward -> {
                try {
                    forward.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
