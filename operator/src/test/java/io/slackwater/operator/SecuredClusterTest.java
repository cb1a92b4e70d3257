package io.slackwater.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slackwater.client.ClientSettings;
import io.slackwater.client.PasswordFile;
import io.slackwater.client.PubSubClient;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.coordination.CoordinatorMetrics;
import io.slackwater.operator.coordination.CoordinatorThreads;
import io.slackwater.operator.coordination.LettuceCoordinator;
import io.slackwater.operator.coordination.NodeVisits;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.reconcile.Pace;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.handover.NodeUsers;
import io.slackwater.testkit.RedisRuntime;
import io.slackwater.testkit.StandInKubelet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster as it is when its manifest says nothing of security, from the manifest to a member that uses it. */
@SuppressWarnings("NullAway.Init")
class SecuredClusterTest {
    private static final String NAME = "chat";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String NODES = "{image: \"redis:7\", terminationGracePeriodSeconds: 60%s}";

    @TempDir
    Path mounted;

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final PrintStream err = System.err;
    private final ShiftedClock clock = new ShiftedClock();
    private ApiServer api;
    private KubernetesClient client;
    private KubernetesClient own;
    private StandInKubelet kubelet;
    private NodeVisits visits;
    private CoordinatorThreads threads;
    private OperatorInstance operator;

    @BeforeEach
    void start() {
        System.setErr(new PrintStream(new Both(err, logged), true, UTF_8));
        api = ApiServer.embedded();
        client = api.newClient();
        own = api.newOperatorClient();
        kubelet = StandInKubelet.start(client, new RedisRuntime());
        visits = new NodeVisits();
        threads = new CoordinatorThreads(2);
        operator = new OperatorInstance(
                own,
                new OperatorSettings(
                        Set.of("default"),
                        "default",
                        "lease",
                        "one",
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(500),
                        new Pace(Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(1))),
                (namespace, cluster, access, store) -> new LettuceCoordinator(
                        threads,
                        cluster,
                        namespace + "/" + cluster,
                        access,
                        store,
                        new CoordinatorMetrics(new SimpleMeterRegistry(), "test", "c1"),
                        Clock.systemUTC()),
                visits,
                bound -> ThreadLocalRandom.current().nextInt(bound),
                clock);
        operator.start();
    }

    @AfterEach
    void stop() {
        operator.close();
        visits.close();
        threads.close();
        kubelet.close();
        own.close();
        client.close();
        api.close();
        System.setErr(err);
    }

    @Test
    void is_secure_unasked_and_keeps_its_secrets() throws Exception {
        create(2, "");
        awaitServing(2);
        AtomicInteger received = new AtomicInteger();
        try (PubSubClient member = member((channel, payload) -> received.incrementAndGet())) {
            member.subscribe(List.of("room-1")).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(publish(member)).isEqualTo(1);
            edit(cluster -> cluster.replace("replicas: 2", "replicas: 3"));
            awaitServing(3);
            String victim = pods().getFirst().getMetadata().getName();
            client.pods().inNamespace("default").withName(victim).delete();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(pods())
                            .hasSize(3)
                            .noneMatch(pod -> pod.getMetadata().getName().equals(victim)));
            awaitServing(3);
            assertThat(publish(member)).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> received.get() == 2);
        }
        assertNothingSecretShows();
    }

    @Test
    void passwords_change_and_nobody_is_disconnected() throws Exception {
        create(2, ", auth: {passwordVersion: 1, overlapMinutes: 1}");
        awaitServing(2);
        String old = entry("chat-member", "password");
        AtomicInteger received = new AtomicInteger();
        try (PubSubClient member = member((channel, payload) -> received.incrementAndGet())) {
            member.subscribe(List.of("room-1")).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(publish(member)).isEqualTo(1);
            Set<String> before = connections();
            assertThat(before).hasSizeGreaterThanOrEqualTo(2);

            edit(cluster -> cluster.replace("passwordVersion: 1", "passwordVersion: 2"));
            await().atMost(PATIENCE)
                    .until(() -> !entry("chat-member", "password").equals(old));
            assertThat(login(old)).as("the old one is still valid").isTrue();
            assertThat(login(entry("chat-member", "password"))).isTrue();

            clock.shift(Duration.ofMinutes(2));
            await().atMost(PATIENCE).until(() -> !login(old));
            assertThat(login(entry("chat-member", "password"))).isTrue();
            assertThat(publish(member)).isEqualTo(1);
            assertThat(connections()).as("the same connections").isEqualTo(before);
        }
        try (PubSubClient member = member((channel, payload) -> {})) {
            assertThat(publish(member)).as("who comes later uses the new one").isZero();
        }
        edit(cluster -> cluster.replace("replicas: 2", "replicas: 3"));
        awaitServing(3);
        assertNothingSecretShows();
    }

    @Test
    void a_new_certificate_is_served_by_nodes_that_go_on_running() throws Exception {
        create(2, "");
        awaitServing(2);
        Map<String, Integer> restarts = restarts();
        String old = entry("chat-node-tls", "tls.crt");
        try (PubSubClient member = member((channel, payload) -> {})) {
            member.subscribe(List.of("room-1")).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(publish(member)).isEqualTo(1);
            Set<String> before = connections();
            client.secrets().inNamespace("default").withName("chat-node-tls").delete();
            clock.shift(Duration.ofSeconds(40));
            await().atMost(PATIENCE)
                    .until(() -> client.secrets()
                                            .inNamespace("default")
                                            .withName("chat-node-tls")
                                            .get()
                                    != null
                            && !entry("chat-node-tls", "tls.crt").equals(old));
            String wanted = new io.slackwater.operator.security.KeyAndCertificate(entry("chat-node-tls", "tls.crt"), "")
                    .fingerprint();
            for (Pod pod : pods()) {
                await().atMost(PATIENCE)
                        .until(() -> TlsLook.fingerprint(pod.getStatus().getPodIP(), Naming.PORT)
                                .equals(wanted));
            }
            assertThat(connections()).as("the same connections").isEqualTo(before);
        }
        assertThat(restarts()).isEqualTo(restarts);
        try (PubSubClient member = member((channel, payload) -> {})) {
            assertThat(publish(member)).isZero();
        }
    }

    @Test
    void a_secret_that_cannot_be_used_is_named_in_the_status() {
        create(1, ", tls: {mode: Secret, secretRef: {name: given}}, auth: {mode: Disabled}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Serialization.asYaml(cluster().getStatus()))
                        .contains("the Secret given that the specification names does not exist"));
        assertThat(pods()).isEmpty();
    }

    private long publish(PubSubClient member) throws Exception {
        return member.publish("room-1", "hello".getBytes(UTF_8))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    /** As a gateway does it: from the files of the mounted Secret. */
    private PubSubClient member(io.slackwater.client.MessageListener listener) throws IOException {
        secret("chat-member").forEach((name, text) -> {
            try {
                Files.writeString(mounted.resolve(name), text);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        Address seed = new Address(pods().getFirst().getStatus().getPodIP(), Naming.PORT);
        return PubSubClient.connect(
                ClientSettings.builder(NAME, seed)
                        .tls(mounted.resolve("ca.crt"))
                        .seedTlsName("chat-nodes")
                        .credentials(new PasswordFile(NodeUsers.MEMBER, mounted.resolve("password")))
                        .build(),
                listener);
    }

    private boolean login(String password) throws IOException, InterruptedException {
        return cli(NodeUsers.MEMBER, password, "PING").contains("PONG");
    }

    /** Ids of the members' connections on every node. */
    private Set<String> connections() throws IOException, InterruptedException {
        Set<String> ids = new TreeSet<>();
        for (Pod pod : pods()) {
            cliAt(pod, NodeUsers.OPERATOR, entry("chat-keys", "operator"), "CLIENT", "LIST")
                    .lines()
                    .filter(line -> line.contains("name=slackwater:2:chat:"))
                    .forEach(line -> ids.add(pod.getMetadata().getName() + " " + line.split(" ", 2)[0]));
        }
        return ids;
    }

    private String cli(String user, String password, String... command) throws IOException, InterruptedException {
        return cliAt(pods().getFirst(), user, password, command);
    }

    private static String cliAt(Pod pod, String user, String password, String... command)
            throws IOException, InterruptedException {
        List<String> words = new java.util.ArrayList<>(
                List.of("redis-cli", "-h", pod.getStatus().getPodIP(), "--tls", "--insecure", "--user", user));
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("REDISCLI_AUTH", password);
        Process process = builder.start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return answer;
    }

    private void assertNothingSecretShows() throws IOException {
        Set<String> secrets = new TreeSet<>();
        for (String name : List.of("chat-keys", "chat-node", "chat-member")) {
            secret(name).forEach((key, text) -> {
                if (key.matches(".*(operator|member|hook|password|key)")) {
                    secrets.add(text.lines()
                            .filter(line -> !line.startsWith("-----"))
                            .findFirst()
                            .orElseThrow());
                }
            });
        }
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(4);
        Map<String, String> places = new TreeMap<>();
        places.put("log", logged.toString(UTF_8));
        places.put(
                "clusters",
                Serialization.asYaml(client.resources(PubSubCluster.class).list()));
        places.put("pods", Serialization.asYaml(client.pods().list()));
        places.put("ring", Serialization.asYaml(client.configMaps().list()));
        places.put("events", Serialization.asYaml(client.events().v1().events().list()));
        places.put(
                "command lines",
                ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().commandLine().stream())
                        .collect(Collectors.joining("\n")));
        assertThat(places.get("events")).contains("chat");
        assertThat(places.get("log")).contains("coordination of default/chat begins");
        places.forEach((place, text) -> secrets.forEach(secret ->
                assertThat(text.contains(secret)).as("a secret in " + place).isFalse()));
    }

    private Map<String, Integer> restarts() {
        return pods().stream()
                .collect(Collectors.toMap(
                        pod -> pod.getMetadata().getName(),
                        pod -> pod.getStatus().getContainerStatuses().getFirst().getRestartCount()));
    }

    private String entry(String secret, String key) {
        return Objects.requireNonNull(secret(secret).get(key), key);
    }

    private Map<String, String> secret(String name) {
        Secret secret = client.secrets().inNamespace("default").withName(name).get();
        assertThat(secret).as(name).isNotNull();
        Map<String, String> text = new TreeMap<>();
        secret.getData()
                .forEach((key, value) ->
                        text.put(key, new String(Base64.getDecoder().decode(value), UTF_8)));
        return text;
    }

    private List<Pod> pods() {
        return client.pods()
                .inNamespace("default")
                .withLabels(Naming.nodeLabels(NAME))
                .list()
                .getItems();
    }

    private PubSubCluster cluster() {
        return client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .get();
    }

    private void create(int replicas, String security) {
        client.resource(Serialization.unmarshal(
                        """
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: %s, namespace: default}
                        spec:
                          replicas: %d
                          nodes: %s
                          migration: {limits: {slotsPerBatch: 2048}}
                        """.formatted(NAME, replicas, NODES.formatted(security)), PubSubCluster.class))
                .create();
    }

    private void edit(UnaryOperator<String> change) {
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .edit(cluster ->
                        Serialization.unmarshal(change.apply(Serialization.asYaml(cluster)), PubSubCluster.class));
    }

    private void awaitServing(int nodes) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            PubSubCluster cluster = cluster();
            assertThat(cluster.getStatus()).isNotNull();
            assertThat(cluster.getStatus().replicas())
                    .as(() -> Serialization.asYaml(cluster.getStatus()))
                    .isEqualTo(nodes);
            assertThat(cluster.getStatus().conditions())
                    .as(() -> Serialization.asYaml(cluster.getStatus()))
                    .anyMatch(it ->
                            it.getType().equals("Balanced") && it.getStatus().equals("True"))
                    .anyMatch(it ->
                            it.getType().equals("Degraded") && it.getStatus().equals("False"));
        });
    }

    /** The machine's clock, and some. */
    private static final class ShiftedClock extends Clock {
        private volatile Duration by = Duration.ZERO;

        void shift(Duration further) {
            by = by.plus(further);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(by);
        }

        @Override
        public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }

    /** Writes to two at once. */
    private static final class Both extends OutputStream {
        private final OutputStream one;
        private final OutputStream two;

        Both(OutputStream one, OutputStream two) {
            this.one = one;
            this.two = two;
        }

        @Override
        public synchronized void write(int b) throws IOException {
            one.write(b);
            two.write(b);
        }
    }
}
