package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.kube.Finalizers;
import io.slackwater.ring.Ring;
import io.slackwater.testkit.ZooKeeperEnsemble;
import io.slackwater.zookeeper.Ensemble;
import io.slackwater.zookeeper.Layout;
import io.slackwater.zookeeper.Publication;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** ZooKeeper is told what is so, and nothing waits for it. */
class ZooKeeperPublicationTest extends OperatorStage {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final String path = "/slackwater/test-" + TESTS.incrementAndGet();

    @SuppressWarnings("NullAway.Init")
    private static ZooKeeperEnsemble ensemble;

    @SuppressWarnings("NullAway.Init")
    private static CuratorFramework zookeeper;

    @Override
    ApiServer apiServer() {
        return ApiServer.embedded();
    }

    @BeforeAll
    static void startZooKeeper() {
        ensemble = ZooKeeperEnsemble.start(1);
        zookeeper = new Ensemble(ensemble.connectString()).open();
    }

    @AfterAll
    static void stopZooKeeper() {
        zookeeper.close();
        ensemble.close();
    }

    @Test
    void is_told_of_every_ring_and_forgets_a_cluster_that_is_deleted() throws Exception {
        operator("one");
        create(ensemble.connectString(), path, 1);
        awaitServing(1);
        awaitPublished(path);
        assertThat(finalizers()).contains(Finalizers.NAME);
        await().atMost(PATIENCE).until(() -> events().contains("Published"));

        scale(2);
        awaitServing(2);
        awaitPublished(path);

        tell("{\"zookeeper\":{\"path\":\"/slackwater/elsewhere\"}}");
        awaitPublished("/slackwater/elsewhere");
        await().atMost(PATIENCE).until(() -> isFree(path));

        long made = made("/slackwater/elsewhere");
        tell("{\"zookeeper\":{\"connectString\":\"" + ensemble.connectString() + "," + ensemble.connectString()
                + "\"}}");
        await().atMost(PATIENCE).until(() -> made("/slackwater/elsewhere") > made);
        awaitPublished("/slackwater/elsewhere");

        tell("null");
        await().atMost(PATIENCE).until(() -> finalizers().isEmpty());
        assertThat(isFree("/slackwater/elsewhere")).isTrue();

        tell("{\"zookeeper\":{\"connectString\":\"" + ensemble.connectString() + "\",\"path\":\"" + path + "\"}}");
        awaitPublished(path);
        delete();
        await().atMost(PATIENCE).until(() -> cluster() == null);
        assertThat(isFree(path)).isTrue();
    }

    @Test
    void one_that_hangs_delays_no_move_and_one_that_is_down_is_told_when_it_is_back() {
        operator("one");
        create(ensemble.connectString(), path, 1);
        awaitServing(1);
        awaitPublished(path);

        ensemble.pause(0);
        long told = ring().epoch();
        scale(3);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ring().table().owners()).hasSize(3));
        ensemble.kill(0);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(degraded()).contains("the ring is not published in ZooKeeper"));
        assertThat(events()).contains("PublicationFailed");
        assertThat(status()).matches(has("Ready", "True"));

        ensemble.restart();

        assertThat(told).isLessThan(ring().epoch());
        awaitPublished(path);
        awaitServing(3);
    }

    /** The transaction that made the ring there; 0 while there is none. */
    private static long made(String at) throws Exception {
        Stat stat = zookeeper.checkExists().forPath(at + "/ring");
        return stat == null ? 0 : stat.getCzxid();
    }

    private static boolean isFree(String at) throws Exception {
        return zookeeper.checkExists().forPath(at) == null;
    }

    private void awaitPublished(String at) {
        Publication publication = new Publication(zookeeper, new Layout(at), "default/" + NAME);
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            Optional<Ring> published = publication.published();
            assertThat(published.map(Ring::epoch)).contains(ring().epoch());
        });
    }

    private List<String> finalizers() {
        return Objects.requireNonNull(cluster()).getMetadata().getFinalizers();
    }

    private @Nullable PubSubCluster cluster() {
        return client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .get();
    }

    private String degraded() {
        return status().conditions().stream()
                .filter(condition -> condition.getType().equals("Degraded"))
                .map(Condition::getMessage)
                .findFirst()
                .orElse("");
    }

    /** Changes where it is told. */
    private void tell(String discovery) {
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"discovery\":" + discovery + "}}");
    }

    private void delete() {
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .delete();
    }

    private void create(String connectString, String at, int replicas) {
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: %s, namespace: default}
                        spec:
                          replicas: %d
                          nodes: {image: "redis:7", terminationGracePeriodSeconds: 60, tls: {mode: Disabled}, auth: {mode: Disabled}}
                          migration: {limits: {slotsPerBatch: 2048}}
                          discovery: {zookeeper: {connectString: "%s", path: %s}}
                        """.formatted(NAME, replicas, connectString, at), PubSubCluster.class))
                .create();
    }
}
