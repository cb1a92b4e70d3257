package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.gateways.GatewayNaming;
import io.slackwater.operator.kube.Finalizers;
import io.slackwater.operator.nodes.Naming;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** The scenarios on a real API server, with the rights of {@code deploy/rbac}: they suffice, and none is left over. */
class OperatorOnRealApiServerIT extends OperatorScenarios {
    private final RealApiServer server = RealApiServer.start();

    /** Progress is written every five seconds, so what was held back is written by then. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(8);

    private static final Duration OBSERVED = Duration.ofSeconds(20);

    @Override
    ApiServer apiServer() {
        return server;
    }

    @AfterEach
    void nothing_was_forbidden() {
        assertThat(server.audit().of(RealApiServer.OPERATOR))
                .as("what the operator asked for")
                .isNotEmpty()
                .noneMatch(entry -> entry.code() == 401 || entry.code() == 403);
    }

    /**
     * With the admission plugin OwnerReferencesPermissionEnforcement, which is on here, only who may delete an object may give it another
     * owner, and the operator may delete neither Secrets nor ConfigMaps: there the status says that they are to be deleted by a person.
     */
    @Override
    @Disabled("this API server lets nobody give an object another owner who may not delete it")
    void cluster_made_again_takes_over_what_was_left() {}

    @Test
    void whole_life_uses_every_right_that_is_granted() throws IOException {
        PodDisruptionBudget other = budgetOfSomebodyElse();
        RunningOperator operator = operator("one");
        findsAServiceOfSomebodyElse();
        waitsForItsBudget(other);
        edit(spec -> spec.replace("historyLimit: 10", "historyLimit: 1"));
        scale(2);
        awaitServing(2);
        scale(3);
        awaitServing(3);
        client.services()
                .inNamespace("default")
                .withName(Naming.nodesService(NAME))
                .edit(service -> {
                    service.getSpec().setSelector(Map.of("app", "something-else"));
                    return service;
                });
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(client.services()
                                .inNamespace("default")
                                .withName(Naming.nodesService(NAME))
                                .get()
                                .getSpec()
                                .getSelector())
                        .isEqualTo(Naming.servingLabels(NAME)));
        String password = memberPassword();
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"nodes\":{\"auth\":{\"passwordVersion\":2}}}}");
        await().atMost(PATIENCE).until(() -> !memberPassword().equals(password));
        scale(1);
        awaitServing(1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(podNames()).hasSize(1));
        hasAFinalizer();
        ownsAGateway();
        operator.instance().close();

        List<AuditLog.Entry> asked = server.audit().of(RealApiServer.OPERATOR);
        Set<String> left = new TreeSet<>(Rights.granted());
        left.removeAll(Rights.used(asked));
        assertThat(left).as("granted in deploy/rbac and never used").isEqualTo(Rights.FINALIZERS);
    }

    @Test
    void nothing_is_written_while_nothing_changes() {
        operator("one");
        create(3);
        awaitServing(3);
        scale(4);
        awaitServing(4);
        Instant quiet = Instant.now().plus(LAST_WORDS);
        await().atMost(PATIENCE).until(() -> Instant.now().isAfter(quiet));
        long before = writes();
        Instant end = Instant.now().plus(OBSERVED);
        await().atMost(PATIENCE).until(() -> Instant.now().isAfter(end));
        assertThat(writes() - before)
                .as("writes but for the Lease's in %s", OBSERVED)
                .isZero();
    }

    /** As long as something outside has to be told, here a ZooKeeper that is not there. */
    private void hasAFinalizer() {
        var cluster =
                client.resources(PubSubCluster.class).inNamespace("default").withName(NAME);
        cluster.patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\":{\"discovery\":{\"zookeeper\":{\"connectString\":\"127.0.0.1:1\",\"path\":\"/slackwater/a\"}}}}");
        await().atMost(PATIENCE)
                .until(() -> cluster.get().getMetadata().getFinalizers().contains(Finalizers.NAME));
    }

    /** Its program is not known here, so it does not get ready; the status says so. */
    private void ownsAGateway() {
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubGateway
                        metadata: {name: web, namespace: default}
                        spec: {clusterRef: {name: %s}, replicas: 1, image: slackwater/gateway}
                        """.formatted(NAME), PubSubGateway.class))
                .create();
        await().atMost(PATIENCE)
                .ignoreException(NullPointerException.class)
                .until(() -> client.resources(PubSubGateway.class)
                        .inNamespace("default")
                        .withName("web")
                        .get()
                        .getStatus()
                        .message()
                        .equals("0 of 1 gateways serve"));
        looksAtTheMachineOfOneThatIsAskedToGo();
    }

    private void looksAtTheMachineOfOneThatIsAskedToGo() {
        var pods = client.pods().inNamespace("default").withLabels(GatewayNaming.labels("web"));
        await().atMost(PATIENCE)
                .until(() -> pods.list().getItems().stream()
                        .anyMatch(pod -> pod.getSpec().getNodeName() != null));
        pods.resources()
                .forEach(pod -> pod.edit(it -> {
                    it.getMetadata().setFinalizers(List.of("example.com/stays-for-a-look"));
                    return it;
                }));
        pods.delete();
        await().atMost(PATIENCE)
                .until(() ->
                        Rights.used(server.audit().of(RealApiServer.OPERATOR)).contains("core nodes get"));
        pods.resources()
                .forEach(pod -> pod.edit(it -> {
                    it.getMetadata().setFinalizers(List.of());
                    return it;
                }));
    }

    private long writes() {
        return server.audit().of(RealApiServer.OPERATOR).stream()
                .filter(entry -> entry.write() && !entry.resource().equals("leases"))
                .count();
    }

    private String memberPassword() {
        return Objects.requireNonNull(client.secrets()
                .inNamespace("default")
                .withName(Naming.memberSecret(NAME))
                .get()
                .getData()
                .get("password"));
    }
}
