package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.e2e.stage.Alone;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clusters come and go, alone and beside each other, with the operator and without. */
@OnStage
class LifecycleE2E {
    /** Seconds that nodes wait for an operator that does not come: as few as can be asked for. */
    private static final int GRACE = 30;

    /**
     * Two clusters in one namespace, the name of one being the beginning of the other's, each with gateways and traffic of its own. One
     * grows while the other shrinks. Neither loses anything, and neither has touched the other's pods.
     */
    @Test
    void two_clusters_in_one_namespace(Stage stage) {
        String namespace = stage.namespace("slackwater-e2e-two");
        try {
            Tier chat = stage.create(namespace, "chat", 2);
            Tier other = stage.create(namespace, "chat-n", 3);
            chat.awaitSettled(2);
            other.awaitSettled(3);
            Traffic chatTraffic = stage.traffic(chat);
            Traffic otherTraffic = stage.traffic(other);
            Map<String, Integer> lives = chat.lives();

            chat.scale(3);
            other.scale(2);
            chat.awaitSettled(3);
            other.awaitSettled(2);

            chatTraffic.stopAndExpectNothingLost();
            otherTraffic.stopAndExpectNothingLost();
            assertThat(chat.lives()).containsAllEntriesOf(lives);
        } finally {
            stage.deleteNamespace(namespace);
        }
    }

    /**
     * A namespace is deleted with a cluster in it. Everything in it goes, preStop hooks included, well before their grace period is over,
     * and the operator does not hold it up by adding pods.
     */
    @Test
    void namespace_deleted(Stage stage) {
        String namespace = stage.namespace("slackwater-e2e-gone");
        Tier tier = stage.create(namespace, "gone", 3);
        tier.awaitSettled(3);

        stage.deleteNamespace(namespace);

        stage.awaitNamespaceGone(namespace, Duration.ofSeconds(50));
    }

    /**
     * The operator is uninstalled, and the cluster is deleted after it. Nothing waits for the operator: no finalizer keeps the cluster, and
     * the pods go when their grace period is over at the latest.
     */
    @Test
    @Alone
    void operator_deleted_before_cluster(Stage stage) {
        String namespace = stage.namespace("slackwater-e2e-late");
        Tier tier = stage.create(namespace, "late", 2, GRACE);
        tier.awaitSettled(2);
        try {
            stage.operator().uninstall();
            tier.delete();
            tier.awaitGone(Duration.ofSeconds(GRACE + 30));
        } finally {
            stage.operator().ensure();
            stage.deleteNamespace(namespace);
        }
    }

    /**
     * The cluster's object is deleted and its pods are left behind, as {@code kubectl delete --cascade=orphan} or a restored backup do. Made
     * again under the same name, it takes the pods, the Service and the ring over and goes on where it was. Nobody notices.
     */
    @Test
    void cluster_recreated_with_orphans(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);
        Map<String, Integer> lives = tier.lives();

        PubSubCluster before = tier.get();
        tier.deleteWithOrphans();
        stage.recreate(before);
        tier.awaitSettled(3);
        assertThat(tier.lives()).as("pods").isEqualTo(lives);
        tier.scale(4);
        tier.awaitSettled(4);

        traffic.stopAndExpectNothingLost();
        assertThat(tier.lives()).containsAllEntriesOf(lives);
    }

    /**
     * The chart is upgraded in the middle of a scale-out, in such a way that every pod of the operator is replaced. The next leader finishes
     * the move. No node and no gateway is restarted, and nothing is lost.
     */
    @Test
    @Alone
    void rolling_upgrade_of_the_chart(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);
        Map<String, Integer> lives = tier.lives();
        List<String> gateways = uids(stage.gatewayPods(tier.namespace(), tier.name()));
        List<String> operators = uids(stage.operator().pods());

        tier.scaleSlowly(4, 5);
        tier.awaitMoving(10);
        stage.operator().upgrade("slackwater", "podAnnotations.upgraded=at-" + System.nanoTime());
        tier.hurry();
        tier.awaitSettled(4);

        traffic.stopAndExpectNothingLost();
        assertThat(uids(stage.operator().pods())).as("operators").doesNotContainAnyElementsOf(operators);
        assertThat(tier.lives()).as("nodes").containsAllEntriesOf(lives);
        assertThat(uids(stage.gatewayPods(tier.namespace(), tier.name())))
                .as("gateways")
                .isEqualTo(gateways);
    }

    private static List<String> uids(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getMetadata().getUid()).sorted().toList();
    }
}
