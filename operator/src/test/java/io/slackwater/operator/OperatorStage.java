package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.coordination.RingStore.StoreException;
import io.slackwater.operator.coordination.RingStore.Stored;
import io.slackwater.operator.kube.ConfigMapRingStore;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Ring;
import io.slackwater.testkit.ContainerRuntime;
import io.slackwater.testkit.RedisRuntime;
import io.slackwater.testkit.StandInKubelet;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A Kubernetes API, a stand-in kubelet and operators, and what a person does and sees. */
abstract class OperatorStage {
    static final String NAME = "nearby-friends";
    static final Duration PATIENCE = Duration.ofSeconds(90);

    static {
        // Threads of an operator that has just been closed complain that their executor is gone: no finding of the test
        // that runs by then.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

    private final List<RunningOperator> operators = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private ApiServer api;

    /** A person's, with all rights. */
    @SuppressWarnings("NullAway.Init")
    KubernetesClient client;

    @SuppressWarnings("NullAway.Init")
    StandInKubelet kubelet;

    abstract ApiServer apiServer();

    @BeforeEach
    void start() {
        api = apiServer();
        client = api.newClient();
        kubelet = StandInKubelet.start(client, runtime());
    }

    /** What can run. */
    ContainerRuntime runtime() {
        return new RedisRuntime();
    }

    @AfterEach
    void stop() {
        List<Exception> failures = new ArrayList<>();
        List<AutoCloseable> all = new ArrayList<>(List.of(api, client, kubelet));
        all.addAll(operators);
        for (AutoCloseable closeable : all.reversed()) {
            try {
                closeable.close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        assertThat(failures).isEmpty();
    }

    TierTraffic traffic() throws InterruptedException {
        return TierTraffic.start(
                NAME,
                livePods().stream()
                        .map(pod -> new Address(pod.getStatus().getPodIP(), Naming.PORT))
                        .toList());
    }

    List<String> events() {
        return client.events().v1().events().inNamespace("default").list().getItems().stream()
                .map(Event::getReason)
                .toList();
    }

    /** Node pods that nobody has asked to go. */
    List<Pod> livePods() {
        return client.pods().inNamespace("default").withLabels(Naming.nodeLabels(NAME)).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    boolean movedSome(int owners) {
        long open = ring().handovers().size();
        return open > 0 || ring().table().owners().size() == owners;
    }

    RunningOperator operator(String identity) {
        return operator(identity, RunningOperator.LEASE);
    }

    RunningOperator operator(String identity, String lease) {
        RunningOperator operator =
                RunningOperator.start(api.newOperatorClient(), RunningOperator.quick(identity, lease));
        operators.add(operator);
        return operator;
    }

    void create(int replicas) {
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: %s, namespace: default}
                        spec:
                          replicas: %d
                          nodes: {image: "redis:7", terminationGracePeriodSeconds: 60}
                          migration: {limits: {slotsPerBatch: 512}}
                        """.formatted(NAME, replicas), PubSubCluster.class))
                .create();
    }

    /** Without TLS and passwords, and patient: a machine that is busy with other tests answers late. */
    void createPlain(int replicas) {
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: %s, namespace: default}
                        spec:
                          replicas: %d
                          nodes: {image: "redis:7", terminationGracePeriodSeconds: 120, tls: {mode: Disabled}, auth: {mode: Disabled}}
                          migration: {limits: {slotsPerBatch: 1024, ackTimeoutMillis: 5000, slowAfterMillis: 1000,
                            prepareTimeoutMillis: 20000, maxHoldMillis: 20000}}
                        """.formatted(NAME, replicas), PubSubCluster.class))
                .create();
    }

    void scale(int replicas) {
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .scale(replicas);
    }

    void edit(UnaryOperator<String> change) {
        edit(client.resources(PubSubCluster.class).inNamespace("default").withName(NAME), PubSubCluster.class, change);
    }

    /** As a person does it: once more when somebody else was faster, as the operator with its status. */
    static <R extends HasMetadata> void edit(Resource<R> resource, Class<R> type, UnaryOperator<String> change) {
        await().atMost(PATIENCE).until(() -> {
            try {
                resource.edit(it -> Serialization.unmarshal(change.apply(Serialization.asYaml(it)), type));
                return true;
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
                return false;
            }
        });
    }

    ChannelMigration migration(int number) {
        return Objects.requireNonNull(client.resources(ChannelMigration.class)
                .inNamespace("default")
                .withName(NAME + "-" + number)
                .get());
    }

    /** As a person does it. */
    void speak(int number, String word) {
        client.resources(ChannelMigration.class)
                .inNamespace("default")
                .withName(NAME + "-" + number)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"" + word + "\":true}}");
    }

    ChannelMigration awaitPhase(int number, String phase) {
        await().atMost(PATIENCE)
                .ignoreException(NullPointerException.class)
                .untilAsserted(() -> assertThat(migration(number).getStatus().phase())
                        .as(() -> Serialization.asYaml(migration(number)))
                        .isEqualTo(phase));
        return migration(number);
    }

    void awaitServing(int nodes) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status())
                        .as(() -> "status " + Serialization.asYaml(status()))
                        .matches(has("Ready", "True"), "ready")
                        .matches(has("Balanced", "True"), "balanced")
                        .matches(has("Degraded", "False"), "not degraded")
                        .extracting(PubSubClusterStatus::replicas)
                        .isEqualTo(nodes));
        assertThat(new HashSet<>(ring().table().owners())).hasSize(nodes);
    }

    static Predicate<PubSubClusterStatus> has(String condition, String value) {
        return status -> status.conditions().stream()
                .anyMatch(it -> it.getType().equals(condition) && it.getStatus().equals(value));
    }

    PubSubClusterStatus status() {
        PubSubCluster cluster = client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .get();
        PubSubClusterStatus status = cluster.getStatus();
        return status == null
                ? new PubSubClusterStatus(0, "", 0, "", null, 0, List.of(), null, null, null, List.of())
                : status;
    }

    Ring ring() {
        ConfigMap map = client.configMaps()
                .inNamespace("default")
                .withName(Naming.ringConfigMap(NAME))
                .get();
        try {
            Stored stored = new ConfigMapRingStore(
                            client,
                            "default",
                            Naming.ringConfigMap(NAME),
                            Map.of(),
                            map.getMetadata().getOwnerReferences().getFirst())
                    .read();
            assertThat(stored).isNotNull();
            return stored.ring();
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }

    Set<String> podNames() {
        Set<String> names = new HashSet<>();
        for (Pod pod : client.pods()
                .inNamespace("default")
                .withLabels(Naming.nodeLabels(NAME))
                .list()
                .getItems()) {
            names.add(pod.getMetadata().getName());
        }
        return names;
    }
}
