package io.slackwater.operator;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.kube.ReplicaOwners;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Two scalers of one cluster, or of one tier of gateways, on a real API server, which notes who changed what. */
class TwoScalersIT extends OperatorStage {
    private static final String HPA = "kube-controller-manager";
    private static final String ARGO = "argocd-controller";

    @Override
    ApiServer apiServer() {
        return RealApiServer.start();
    }

    @Test
    void who_undoes_each_other_is_named() throws Exception {
        operator("one");
        create(1);
        awaitSeen();
        scaledBy(HPA, 2);
        assertThat(ReplicaOwners.of(cluster().get().getMetadata())).containsExactly(HPA + " (scale)");
        awaitSeen();
        appliedBy(ARGO, 1);
        assertThat(ReplicaOwners.of(cluster().get().getMetadata())).containsExactly(ARGO);
        awaitSeen();
        scaledBy(HPA, 2);
        awaitSeen();
        assertThat(events()).doesNotContain("TwoScalers");
        appliedBy(ARGO, 1);
        awaitTold("in turn by argocd-controller and kube-controller-manager (scale): let one of them decide");
    }

    @Test
    void who_scales_beside_autoscaling_is_named() throws Exception {
        operator("one");
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: %s, namespace: default}
                        spec:
                          replicas: 1
                          nodes: {image: "redis:7"}
                          autoscaling: {minReplicas: 1, maxReplicas: 3}
                        """.formatted(NAME), PubSubCluster.class))
                .create();
        awaitSeen();
        scaledBy(HPA, 2);
        awaitTold("spec.replicas was set to 2 by kube-controller-manager (scale) while spec.autoscaling decides");
    }

    @Test
    void who_undoes_each_other_on_gateways_is_named() throws Exception {
        operator("one");
        createGateways("");
        for (int round = 0; round < 3; round++) { // two are enough where none of them is missed
            awaitGatewaysSeen();
            scaledBy("pubsubgateways", HPA, 2);
            awaitGatewaysSeen();
            appliedBy(gateways(), ARGO, 1);
        }
        awaitTold(
                () -> gateways().get().getStatus().conditions(),
                "in turn by argocd-controller and kube-controller-manager (scale): let one of them decide");
    }

    /** A gateway tier that scales itself, and somebody who does not know that. */
    @Test
    void who_scales_gateways_beside_autoscaling_is_named() throws Exception {
        operator("one");
        createGateways("autoscaling: {minReplicas: 1, maxReplicas: 3}");
        awaitGatewaysSeen();
        scaledBy("pubsubgateways", HPA, 2);
        awaitTold(
                () -> gateways().get().getStatus().conditions(),
                "spec.replicas was set to 2 by kube-controller-manager (scale) while spec.autoscaling decides");
    }

    /** There is no such cluster, which is another trouble and keeps nobody from scaling. */
    private void createGateways(String more) {
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubGateway
                        metadata: {name: %s, namespace: default}
                        spec: {clusterRef: {name: nobody}, replicas: 1, image: gateway, %s}
                        """.formatted(NAME, more), PubSubGateway.class))
                .create();
    }

    private void awaitGatewaysSeen() {
        awaitSeen(
                gateways(), now -> now.getStatus() == null ? 0 : now.getStatus().observedGeneration());
    }

    private Resource<PubSubGateway> gateways() {
        return client.resources(PubSubGateway.class).inNamespace("default").withName(NAME);
    }

    private void awaitTold(String sentence) {
        awaitTold(() -> status().conditions(), sentence);
    }

    private void awaitTold(Supplier<List<Condition>> conditions, String sentence) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(conditions.get())
                        .anyMatch(it -> it.getType().equals("Degraded")
                                && it.getStatus().equals("True")
                                && it.getMessage().contains(sentence)));
        assertThat(events()).contains("TwoScalers");
    }

    private void awaitSeen() {
        awaitSeen(
                cluster(), now -> now.getStatus() == null ? 0 : now.getStatus().observedGeneration());
    }

    /** Until the operator has looked at what is there now. Generations begin with 1. */
    private static <R extends HasMetadata> void awaitSeen(Resource<R> object, ToLongFunction<R> observed) {
        await().atMost(PATIENCE).until(() -> {
            R now = object.get();
            return observed.applyAsLong(now) == now.getMetadata().getGeneration();
        });
    }

    private Resource<PubSubCluster> cluster() {
        return client.resources(PubSubCluster.class).inNamespace("default").withName(NAME);
    }

    private void scaledBy(String manager, int replicas) {
        scaledBy("pubsubclusters", manager, replicas);
        assertThat(cluster().get().getSpec().replicas()).isEqualTo(replicas);
    }

    /** As a HorizontalPodAutoscaler does it. */
    private void scaledBy(String plural, String manager, int replicas) {
        String uri = "/apis/slackwater.io/v1alpha1/namespaces/default/" + plural + "/" + NAME + "/scale";
        // The operator may write the status in between: like the autoscaler it comes again then.
        await().atMost(PATIENCE)
                .ignoreExceptionsMatching(
                        e -> e instanceof KubernetesClientException refused && refused.getCode() == HTTP_CONFLICT)
                .until(() -> {
                    Scale scale = Serialization.unmarshal(client.raw(uri), Scale.class);
                    scale.getSpec().setReplicas(replicas);
                    client.raw(uri + "?fieldManager=" + manager, "PUT", scale);
                    return true;
                });
    }

    private void appliedBy(String manager, int replicas) {
        appliedBy(cluster(), manager, replicas);
    }

    /** As a GitOps tool does it. */
    private static void appliedBy(Resource<?> object, String manager, int replicas) {
        object.patch(
                new PatchContext.Builder()
                        .withPatchType(PatchType.JSON_MERGE)
                        .withFieldManager(manager)
                        .build(),
                "{\"spec\":{\"replicas\":" + replicas + "}}");
    }
}
