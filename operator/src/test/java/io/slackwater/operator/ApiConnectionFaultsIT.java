package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.testkit.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A change of the specification is acted on within a minute, whatever happens to the connections with the Kubernetes API. The operator
 * is behind a proxy, the person who changes the specification is not.
 *
 * <p>{@code -Dapi.cut.period=PT50S -Dapi.changes=5} runs it at the pace of a load balancer with a short temper, {@code
 * -Dapi.http.factory=CLASS} with another HTTP client of Fabric8 that is on the class path; it prints what it measured.
 */
class ApiConnectionFaultsIT {
    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static final Duration CUT_PERIOD = Duration.parse(System.getProperty("api.cut.period", "PT3S"));
    private static final int CHANGES = Integer.getInteger("api.changes", 3);
    private static final String NAME = "nearby-friends";

    private final RealApiServer api = RealApiServer.start();
    private final FaultProxy proxy = FaultProxy.to("127.0.0.1", api.port());
    private final KubernetesClient person = api.newClient();
    private final ScheduledExecutorService scissors = Executors.newSingleThreadScheduledExecutor();
    private final List<Duration> delays = new ArrayList<>();
    private int replicas = 1;

    @SuppressWarnings("NullAway.Init")
    private RunningOperator operator;

    @BeforeEach
    void start() throws ReflectiveOperationException {
        operator = RunningOperator.start(
                ApiClients.open(api.operatorConfig(proxy.port()), httpClient()), RunningOperator.standard("one"));
        person.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: %s, namespace: default}
                        spec: {replicas: 1, nodes: {image: "redis:7"}}
                        """.formatted(NAME), PubSubCluster.class))
                .create();
        awaitPods(MINUTE);
    }

    @AfterEach
    void stop() {
        System.out.printf("%s: acted on after %s%n", httpClientName(), delays);
        scissors.shutdownNow();
        operator.close();
        person.close();
        proxy.close();
        api.close();
    }

    @Test
    void changes_are_acted_on_when_every_connection_is_cut_again_and_again() {
        scissors.scheduleAtFixedRate(proxy::cut, CUT_PERIOD.toMillis(), CUT_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        for (int i = 0; i < CHANGES; i++) {
            long cut = proxy.counters().cut();
            await().atMost(CUT_PERIOD.plus(MINUTE)).until(() -> proxy.counters().cut() > cut);
            change();
        }
    }

    @Test
    void changes_are_acted_on_when_connections_lead_nowhere_and_nobody_is_told() {
        for (int i = 0; i < CHANGES; i++) {
            proxy.abandon();
            change();
        }
        assertThat(proxy.counters().bytesSwallowed()).isPositive();
    }

    @Test
    void changes_are_acted_on_when_the_way_back_was_blocked_for_a_while() {
        proxy.swallow(FaultProxy.Direction.TO_CLIENT);
        scissors.schedule(proxy::heal, 20, TimeUnit.SECONDS);
        change();
    }

    private void change() {
        replicas++;
        long before = System.nanoTime();
        person.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .scale(replicas);
        awaitPods(MINUTE);
        delays.add(Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before)));
    }

    private void awaitPods(Duration most) {
        await().atMost(most)
                .untilAsserted(() -> assertThat(person.pods()
                                .inNamespace("default")
                                .withLabels(Naming.nodeLabels(NAME))
                                .list()
                                .getItems())
                        .hasSize(replicas));
    }

    private static String httpClientName() {
        return System.getProperty("api.http.factory", OkHttpClientFactory.class.getName());
    }

    private static HttpClient.Factory httpClient() throws ReflectiveOperationException {
        return (HttpClient.Factory)
                Class.forName(httpClientName()).getDeclaredConstructor().newInstance();
    }
}
