package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * Users of the helper for stompjs ({@code clients/stompjs/test/real/users.js}) and, beside them, of stompjs alone: a process of this machine. It
 * reaches gateways through the API server, those that the Service of the tier leads to at the time, as behind a load balancer. Somebody who talks is
 * connected to a gateway of its own, which stays.
 */
public final class HelperUsers implements AutoCloseable {
    public static final int HELPERS = 8;

    private static final int CHANNELS_EACH = 5;
    private static final int PLAIN = 4;
    private static final int CHANNELS = 20;
    private static final int PORT = 8080;
    private static final long LOOK_MILLIS = 250;
    private static final long NPM_SECONDS = 300;
    private static final Path PACKAGE = Path.of("..", "clients", "stompjs");

    private final KubernetesClient client;
    private final String namespace;
    private final String service;
    private final Map<String, LocalPortForward> forwards = new HashMap<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().factory());
    private final Process process;
    private final BufferedReader said;
    private final Writer commands;
    private String urls = "";

    private HelperUsers(Stage stage, Tier tier, GatewayTier gateways) throws IOException {
        client = stage.client();
        namespace = tier.namespace();
        service = gateways.service();
        process = new ProcessBuilder(
                        "node",
                        "test/real/users.js",
                        String.valueOf(HELPERS),
                        String.valueOf(CHANNELS_EACH),
                        String.valueOf(PLAIN),
                        String.valueOf(CHANNELS))
                .directory(PACKAGE.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        said = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Returns when all of them are subscribed and hear what is said. Skips the test where there is no Node 20 with {@code npm}. */
    public static HelperUsers listening(Stage stage, Tier tier, GatewayTier gateways) throws IOException {
        installOrSkip();
        HelperUsers users = new HelperUsers(stage, tier, gateways);
        try {
            String talker = stage.gatewayPods(tier.namespace(), tier.name())
                    .getFirst()
                    .getMetadata()
                    .getName();
            users.say("talk " + users.url(talker));
            users.look();
            users.looking.scheduleWithFixedDelay(users::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            users.expect("ready");
            return users;
        } catch (IOException | RuntimeException e) {
            users.close();
            throw e;
        }
    }

    private static void installOrSkip() {
        if (Files.isDirectory(PACKAGE.resolve("node_modules/ws"))) {
            return;
        }
        try {
            Program.run(
                    NPM_SECONDS,
                    List.of(
                            "npm",
                            "ci",
                            "--no-audit",
                            "--no-fund",
                            "--ignore-scripts",
                            "--prefix",
                            PACKAGE.toString()));
        } catch (IllegalStateException absent) {
            Assumptions.abort("skipped: users of the helper need Node 20 or later with npm and its packages: "
                    + absent.getMessage());
        }
    }

    /** Tells the users where the Service leads now. */
    private synchronized void look() {
        try {
            TreeSet<String> pods = client
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
                    .collect(Collectors.toCollection(TreeSet::new));
            String now = pods.stream().map(this::url).collect(Collectors.joining(" "));
            if (!now.isEmpty() && !now.equals(urls)) {
                urls = now;
                say("urls " + now);
            }
        } catch (IOException | RuntimeException e) { // the next look does it
            System.out.println("  where gateways are cannot be told now: " + e);
        }
    }

    private static String pod(Endpoint endpoint) {
        return endpoint.getTargetRef().getName();
    }

    private String url(String pod) {
        LocalPortForward forward = forwards.computeIfAbsent(
                pod, name -> client.pods().inNamespace(namespace).withName(name).portForward(PORT));
        return "ws://127.0.0.1:" + forward.getLocalPort() + "/stomp";
    }

    private synchronized void say(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    private String expect(String start) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(start)) {
                return line;
            }
        }
        throw new IllegalStateException("the users ended and did not say " + start);
    }

    /** Lets the talker stop, and says what everybody has seen; see {@code users.js}. */
    public Map<String, Integer> report() throws IOException {
        say("end");
        String report = expect("report ");
        System.out.println("  users of the helper: " + report);
        return Arrays.stream(report.substring("report ".length()).split(" "))
                .map(field -> field.split("="))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Integer.parseInt(parts[1])));
    }

    @Override
    public void close() {
        looking.shutdownNow();
        process.destroy();
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
