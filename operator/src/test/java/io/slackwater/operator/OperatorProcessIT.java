package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.client.ClientSettings;
import io.slackwater.client.MessageListener;
import io.slackwater.client.PubSub;
import io.slackwater.client.PubSubClient;
import io.slackwater.crds.MigrationStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.ring.Node.Address;
import io.slackwater.testkit.JavaRuntime;
import io.slackwater.testkit.RedisRuntime;
import io.slackwater.testkit.StandInKubelet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator as a process of its own that is killed in mid-handover, under traffic. */
class OperatorProcessIT {
    private static final String OPERATOR = "slackwater-operator-0";
    /** Two thousand messages a second, so that two busy cores leave members the time to answer. */
    private static final Duration ROUND = Duration.ofMillis(150);

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> CHANNELS =
            IntStream.range(0, 300).mapToObj(i -> "channel-" + i).toList();

    private final ApiServer api = ApiServer.embedded();
    private final KubernetesClient client = api.newClient();
    private final StandInKubelet kubelet = StandInKubelet.builder(
                    client,
                    new RedisRuntime()
                            .or(JavaRuntime.sameClassPath("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                                    .image("slackwater-operator", OperatorMain.class.getName())))
            .logs(Path.of("target", "pod-logs"))
            .start();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @BeforeEach
    void start() {
        Path kubeconfig = folder.resolve("kubeconfig");
        api.writeKubeconfig(kubeconfig);
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(OPERATOR)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("operator")
                .withImage("slackwater-operator:test")
                .withArgs(
                        "--kubeconfig",
                        kubeconfig.toString(),
                        "--port",
                        "0",
                        "--lease-duration",
                        "PT3S",
                        "--renew-deadline",
                        "PT2S",
                        "--retry-period",
                        "PT0.3S",
                        "--busy-interval",
                        "PT0.2S")
                .endContainer()
                .endSpec()
                .build();
        client.resource(pod).create();
    }

    @AfterEach
    void stop() {
        kubelet.close();
        client.close();
        api.close();
    }

    @Test
    void killed_in_mid_handover_it_goes_on_where_it_was_and_nothing_is_lost() throws Exception {
        create();
        await().atMost(PATIENCE).until(() -> serving(3));
        Map<String, Long> last = new ConcurrentHashMap<>();
        AtomicLong received = new AtomicLong();
        AtomicLong outOfOrder = new AtomicLong();
        MessageListener listener = (channel, payload) -> {
            long number = Long.parseLong(new String(payload, StandardCharsets.UTF_8));
            Long before = last.put(channel, number);
            if (number != (before == null ? 0 : before + 1)) {
                outOfOrder.incrementAndGet();
            }
            received.incrementAndGet();
        };
        try (PubSub subscriber = PubSubClient.connect(settings("subscriber"), listener);
                PubSub publisher = PubSubClient.connect(settings("publisher"), (channel, payload) -> {})) {
            subscriber.subscribe(CHANNELS).toCompletableFuture().get(20, TimeUnit.SECONDS);
            Traffic traffic = new Traffic(publisher);
            Thread thread = Thread.ofPlatform().name("traffic").start(traffic);
            try {
                scale(5);
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(this::inMidMove);
                kubelet.kill(OPERATOR);
                await().atMost(PATIENCE).until(() -> serving(5));
                scale(2);
                await().atMost(PATIENCE).until(() -> serving(2));
            } finally {
                traffic.stop();
                thread.join();
            }
            assertThat(restarts()).as("it was killed and started again").isPositive();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(received.get()).isEqualTo(traffic.reached.get()));
            assertThat(traffic.reached.get()).isEqualTo(traffic.sent).isGreaterThan(3000);
            assertThat(traffic.failed.get()).isZero();
            assertThat(outOfOrder.get()).as("lost, duplicated or out of order").isZero();
        }
        MigrationStatus.Result result = move() == null ? null : move().result();
        assertThat(result).isNotNull();
        assertThat(result.verified()).as(() -> String.valueOf(result)).isTrue();
        assertThat(result.lost()).isZero();
    }

    @Test
    void asked_to_end_it_gives_the_lease_back_and_exits() {
        await().atMost(PATIENCE).until(() -> leaseSeconds() == 3);
        client.pods().inNamespace("default").withName(OPERATOR).delete();
        await().atMost(PATIENCE).until(() -> leaseSeconds() == 1);
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        client.pods().inNamespace("default").withName(OPERATOR).get() == null);
    }

    /** Publishes numbered messages on every channel in turn, each channel's one after the other. */
    private static final class Traffic implements Runnable {
        private final PubSub publisher;
        private final AtomicLong reached = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private volatile boolean stopped;
        private volatile long sent;

        Traffic(PubSub publisher) {
            this.publisher = publisher;
        }

        @Override
        public void run() {
            for (long number = 0; !stopped; number++) {
                LockSupport.parkNanos(ROUND.toNanos());
                byte[] payload = Long.toString(number).getBytes(StandardCharsets.UTF_8);
                List<java.util.concurrent.CompletableFuture<Void>> round = CHANNELS.stream()
                        .map(channel -> publisher
                                .publish(channel, payload)
                                .thenAccept(reached::addAndGet)
                                .toCompletableFuture())
                        .toList();
                sent += round.size();
                for (var publish : round) {
                    try {
                        publish.join();
                    } catch (RuntimeException e) {
                        failed.incrementAndGet();
                    }
                }
            }
        }

        void stop() {
            stopped = true;
        }
    }

    private ClientSettings settings(String prefix) {
        List<Address> seeds = client
                .pods()
                .inNamespace("default")
                .withLabels(Naming.servingLabels("nearby-friends"))
                .list()
                .getItems()
                .stream()
                .map(pod -> new Address(pod.getStatus().getPodIP(), Naming.PORT))
                .toList();
        return ClientSettings.builder("nearby-friends", seeds.toArray(Address[]::new))
                .memberPrefix(prefix)
                .build();
    }

    private boolean inMidMove() {
        MigrationStatus move = move();
        return move != null
                && move.result() == null
                && move.handoversDone() > 0
                && move.slotsMoved() < move.slotsTotal();
    }

    private boolean serving(int nodes) {
        PubSubClusterStatus status = status();
        return status != null
                && status.replicas() == nodes
                && status.conditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Balanced")
                                && condition.getStatus().equals("True"));
    }

    private @Nullable MigrationStatus move() {
        PubSubClusterStatus status = status();
        return status == null ? null : status.migration();
    }

    private @Nullable PubSubClusterStatus status() {
        return client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName("nearby-friends")
                .get()
                .getStatus();
    }

    /** How long the holder of the Lease is to be waited for; one second is how the elector gives it back. */
    private int leaseSeconds() {
        var lease = client.leases()
                .inNamespace("default")
                .withName("slackwater-operator")
                .get();
        return lease == null ? 0 : lease.getSpec().getLeaseDurationSeconds();
    }

    private int restarts() {
        return client.pods()
                .inNamespace("default")
                .withName(OPERATOR)
                .get()
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getRestartCount();
    }

    private void create() {
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: nearby-friends, namespace: default}
                        spec:
                          nodes:
                            image: "redis:7"
                            terminationGracePeriodSeconds: 60
                            auth: {mode: Disabled}
                            tls: {mode: Disabled}
                          migration: {limits: {slotsPerBatch: 32}}
                        """, PubSubCluster.class)).create();
    }

    private void scale(int replicas) {
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName("nearby-friends")
                .scale(replicas);
    }
}
