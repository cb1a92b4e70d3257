package io.slackwater.operator.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.NodesSpec;
import io.slackwater.crds.PubSubCluster;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What makes a pod outdated, and what does not. */
class RevisionTest {
    private static final String NODES = "{image: \"redis:8\", config: {maxclients: \"50000\", hz: \"20\"},"
            + " resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {memory: 2Gi}}}";

    private static NodesSpec nodes(String yaml) {
        return cluster(yaml).getSpec().nodes();
    }

    private static PubSubCluster cluster(String nodes) {
        return Serialization.unmarshal(
                "apiVersion: slackwater.io/v1alpha1\nkind: PubSubCluster\nspec: {nodes: " + nodes + "}\n",
                PubSubCluster.class);
    }

    private static String revision(String yaml) {
        return Revision.of(nodes(yaml));
    }

    /** If this fails, every node of every user is replaced once the operator is upgraded: mend the hash, not the test. */
    @Test
    void stays_the_same_from_one_operator_to_the_next() {
        assertThat(revision("{image: \"redis:8\"}")).isEqualTo("400941a17c");
        assertThat(revision(NODES)).isEqualTo("8e05c6fee5");
    }

    @Test
    void order_and_spelling_do_not_matter() {
        assertThat(revision("{resources: {limits: {memory: 2048Mi}, requests: {memory: 1Gi, cpu: \"0.5\"}},"
                        + " config: {hz: \"20\", maxclients: \"50000\"}, image: \"redis:8\","
                        + " imagePullPolicy: IfNotPresent, terminationGracePeriodSeconds: 600}"))
                .isEqualTo(revision(NODES));
    }

    @Test
    void everything_that_takes_a_restart_matters() {
        String all = "redis:8;50000;500m;2Gi;IfNotPresent;600";
        for (String changed : List.of(
                "redis:9;50000;500m;2Gi;IfNotPresent;600",
                "redis:8;50001;500m;2Gi;IfNotPresent;600",
                "redis:8;50000;501m;2Gi;IfNotPresent;600",
                "redis:8;50000;500m;3Gi;IfNotPresent;600",
                "redis:8;50000;500m;2Gi;Always;600",
                "redis:8;50000;500m;2Gi;IfNotPresent;601")) {
            assertThat(filled(changed)).as(changed).isNotEqualTo(filled(all));
        }
        assertThat(revision("{image: r, config: {a: bc}}")).isNotEqualTo(revision("{image: r, config: {ab: c}}"));
        assertThat(revision("{image: r, resources: {limits: {cpu: 1}}}"))
                .isNotEqualTo(revision("{image: r, resources: {requests: {cpu: 1}}}"));
    }

    @Test
    void what_changes_by_itself_or_without_a_restart_does_not_matter() {
        assertThat(revision("{image: r, auth: {passwordVersion: 2}, tls: {mode: Disabled}}"))
                .isEqualTo(revision("{image: r}"));
    }

    @Test
    void pod_says_it() {
        PubSubCluster cluster = cluster(NODES);
        cluster.setMetadata(new ObjectMetaBuilder()
                .withName("a")
                .withNamespace("b")
                .withUid("u")
                .build());
        ObservedPod one = ObservedPod.of(NodePod.of(cluster, "a-n-1", new NodeSecurity(true, true)));
        assertThat(one.revision()).isEqualTo(revision(NODES));
        assertThat(one.outdated(revision(NODES))).isFalse();
        assertThat(one.outdated("other")).isTrue();
        assertThat(Pods.ready("x").outdated("other"))
                .as("one without a revision")
                .isFalse();
    }

    private static String filled(String values) {
        return revision(
                ("{image: \"%s\", config: {maxclients: \"%s\"}, resources: {requests: {cpu: %s}, limits: {memory: %s}},"
                                + " imagePullPolicy: %s, terminationGracePeriodSeconds: %s}")
                        .formatted((Object[]) values.split(";")));
    }
}
