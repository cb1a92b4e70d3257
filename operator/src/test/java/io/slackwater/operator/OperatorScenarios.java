package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.ChannelMigrationSpec;
import io.slackwater.crds.ChannelMigrationStatus.Plan;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.ring.LoadReport;
import io.slackwater.ring.Node;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.ClusterNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to a tier, from the manifest to the processes; the same on every Kubernetes API. */
abstract class OperatorScenarios extends OperatorStage {
    private static final Duration UPGRADE = Duration.ofMinutes(4);

    @Test
    void grows_from_three_to_five_and_shrinks_to_two() {
        operator("one");
        create(3);
        awaitServing(3);
        Set<String> first = podNames();
        assertThat(client.services()
                        .inNamespace("default")
                        .withName(NAME + "-nodes")
                        .get()
                        .getSpec()
                        .getSelector())
                .containsEntry(Naming.SERVING, "true");

        scale(5);
        awaitServing(5);
        assertThat(podNames()).as("none was replaced").containsAll(first).hasSize(5);
        PubSubClusterStatus grown = status();
        assertThat(grown.selector()).contains(Naming.SERVING);
        assertThat(client.pods()
                        .inNamespace("default")
                        .withLabels(Naming.servingLabels(NAME))
                        .list()
                        .getItems())
                .hasSize(5);
        assertThat(grown.migration()).isNotNull();
        assertThat(grown.migration().reason()).isEqualTo("ScaleOut");

        scale(2);
        awaitServing(2);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(podNames()).hasSize(2));
        assertThat(ring().table().owners()).hasSize(2);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ring().nodes()).hasSize(2));
    }

    @Test
    void another_operator_resumes_what_one_has_left_in_mid_move() {
        RunningOperator one = operator("one");
        create(3);
        awaitServing(3);
        scale(5);
        await().atMost(PATIENCE).until(() -> movedSome(5));
        one.close();
        long epoch = ring().epoch();
        operator("two");
        awaitServing(5);
        assertThat(ring().epoch()).isGreaterThan(epoch);
        assertThat(podNames()).as("no pod was added twice").hasSize(5);
    }

    @Test
    void two_that_both_believe_to_lead_do_no_harm() {
        operator("one");
        operator("two", "another-lease");
        create(3);
        awaitServing(3);
        scale(4);
        awaitServing(4);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(podNames()).hasSize(4));
        scale(2);
        awaitServing(2);
        assertThat(ring().table().owners()).hasSize(2);
    }

    @Test
    void node_that_is_killed_comes_back_as_another_and_is_filled_again() {
        operator("one");
        create(3);
        awaitServing(3);
        Set<String> before = Set.copyOf(ring().table().owners());
        String victim = podNames().iterator().next();
        kubelet.kill(victim);
        await().atMost(PATIENCE)
                .until(() -> !Set.copyOf(ring().table().owners()).equals(before));
        awaitServing(3);
        assertThat(podNames()).as("the same pods").contains(victim).hasSize(3);
        assertThat(Set.copyOf(ring().table().owners())).isNotEqualTo(before);
    }

    @Test
    void pod_that_somebody_deletes_is_emptied_first_and_replaced() {
        operator("one");
        create(3);
        awaitServing(3);
        String victim = podNames().iterator().next();
        client.pods().inNamespace("default").withName(victim).delete();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(podNames()).hasSize(3).doesNotContain(victim));
        awaitServing(3);
        assertThat(ring().dead()).as("it was emptied, not lost").isEmpty();
    }

    @Test
    void pod_of_a_lost_machine_is_failed_over_and_replaced() {
        operator("one");
        create(3);
        awaitServing(3);
        String victim = podNames().iterator().next();
        kubelet.losePod(victim);
        client.pods().inNamespace("default").withName(victim).withGracePeriod(0).delete();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(podNames()).hasSize(3).doesNotContain(victim));
        await().atMost(PATIENCE).until(() -> !ring().dead().isEmpty());
        awaitServing(3);
    }

    @Test
    @Tag(ApiServer.ON_ANY)
    void mind_changed_in_mid_move() {
        operator("one");
        create(2);
        awaitServing(2);
        scale(4);
        await().atMost(PATIENCE).until(() -> movedSome(4));
        scale(3);
        awaitServing(3);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(podNames()).hasSize(3));
    }

    @Test
    @Tag(ApiServer.ON_ANY)
    void planned_move_says_what_it_costs_and_waits_for_approval() {
        operator("one");
        create(3);
        awaitServing(3);
        edit(spec -> spec.replace("approval: \"Automatic\"", "approval: \"Manual\""));
        scale(5);
        ChannelMigration waiting = awaitPhase(1, "WaitingForApproval");
        assertThat(waiting.getSpec().reason()).isEqualTo("ScaleOut");
        assertThat(Objects.requireNonNull(waiting.getStatus().plan()).slots()).isBetween(6_000, 6_600);
        await().atMost(PATIENCE) // the migration is written before the status that speaks of it
                .untilAsserted(
                        () -> assertThat(status().message()).contains("3 nodes serve, 5 are asked for", "approval"));
        assertThat(podNames()).as("pods are made when it begins").hasSize(3);

        scale(4);
        awaitPhase(1, "Cancelled");
        awaitPhase(2, "WaitingForApproval");
        speak(1, "approved");
        speak(2, "approved");
        awaitServing(4);

        ChannelMigration done = awaitPhase(2, "Completed");
        assertThat(done.getStatus().result()).isNotNull();
        assertThat(podNames()).hasSize(4);
        assertThat(migration(1).getStatus().phase()).isEqualTo("Cancelled");
    }

    @Test
    @Tag(ApiServer.ON_ANY)
    void planned_move_waits_for_its_window() {
        operator("one");
        create(3);
        awaitServing(3);
        int hour = LocalTime.now(ZoneOffset.UTC).plusHours(12).getHour();
        edit(spec -> spec.replace("windows: []", "windows: [{start: '0 " + hour + " * * *', duration: 30m}]"));
        scale(4);
        ChannelMigration waiting = awaitPhase(1, "WaitingForWindow");
        assertThat(waiting.getStatus().message()).contains("opens at %02d:00 UTC".formatted(hour));
        assertThat(podNames()).hasSize(3);
        edit(spec -> spec.replace("0 " + hour + " * * *", "* * * * *"));
        awaitServing(4);
        awaitPhase(1, "Completed");
    }

    @Test
    @Tag(ApiServer.ON_ANY)
    void specification_of_windows_that_cannot_be_is_answered_with_a_sentence() {
        operator("one");
        create(2);
        awaitServing(2);
        edit(spec ->
                spec.replace("windows: []", "windows: [{start: '0 0 30 2 *', duration: 30m, timeZone: Mars/Olympus}]"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().message()).contains("no time zone \"Mars/Olympus\""));
        edit(spec -> spec.replace("Mars/Olympus", "UTC"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().message()).contains("never opens"));
        assertThat(podNames()).hasSize(2);
    }

    @Test
    void what_is_asked_for_while_no_operator_runs_waits_for_approval_all_the_same() {
        RunningOperator one = operator("one");
        create(3);
        awaitServing(3);
        edit(spec -> spec.replace("approval: \"Automatic\"", "approval: \"Manual\""));
        one.close();
        scale(5);
        operator("two");
        awaitPhase(1, "WaitingForApproval");
        assertThat(podNames()).hasSize(3);
        assertThat(ring().nodes()).hasSize(3);
    }

    @Test
    void migration_that_somebody_else_made_is_in_nobodys_way() {
        operator("one");
        create(2);
        awaitServing(2);
        ChannelMigration foreign = new ChannelMigration();
        foreign.getMetadata().setName(NAME + "-1");
        foreign.getMetadata().setNamespace("default");
        foreign.setSpec(new ChannelMigrationSpec(NAME, "ScaleOut", 9, 160, 125, "", 0, true, false, false));
        client.resource(foreign).create();
        scale(3);
        awaitServing(3);
        awaitPhase(2, "Completed");
        assertThat(migration(1).getStatus()).isNull();
    }

    /** Members say that one node carries three times as much as the others: for ten seconds, and it is relieved. */
    @Test
    @Tag(ApiServer.ON_ANY)
    void node_that_has_become_too_busy_is_relieved_by_a_planned_move() {
        operator("one");
        createPlain(3);
        edit(yaml -> yaml.replaceAll("rebalanceAfter: .*", "rebalanceAfter: 10s"));
        awaitServing(3);
        SlotTable before = ring().table();
        String busy = before.owners().getFirst();
        long[] deliveries = new long[Slots.COUNT];
        Arrays.setAll(deliveries, slot -> busy.equals(before.owner(slot)) ? 300 : 100);
        tell(LoadReport.of("gateway-0", 30_000, deliveries, new int[Slots.COUNT], List.of()));
        ChannelMigration relieved = awaitPhase(1, "Completed");
        assertThat(relieved.getSpec().reason()).isEqualTo("Rebalance");
        assertThat(relieved.getSpec().rebalance()).isEqualTo(1);
        Plan plan = Objects.requireNonNull(relieved.getStatus().plan());
        assertThat(plan.skewPercentBefore()).isGreaterThan(150);
        assertThat(plan.skewPercentAfter()).isLessThan(120);
        assertThat(before.slotsOf(busy).size() - ring().table().slotsOf(busy).size())
                .isGreaterThan(500);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                Objects.requireNonNull(status().effective()).rebalance())
                        .isEqualTo(1));
    }

    /** As a member would. */
    private void tell(LoadReport report) {
        Node.Address node = ring().nodes().getFirst().address();
        try (RedisClient member = RedisClient.create(RedisURI.create(node.host(), node.port()))) {
            byte[] acks = new ClusterNames(NAME).acks().getBytes(StandardCharsets.UTF_8);
            assertThat(member.connect(ByteArrayCodec.INSTANCE).sync().publish(acks, report.encode()))
                    .as("operators that listen")
                    .isEqualTo(1);
        }
    }

    @Test
    @Tag(ApiServer.ON_ANY)
    void move_is_paused_resumed_by_another_operator_and_cancelled() {
        RunningOperator one = operator("one");
        create(3);
        awaitServing(3);
        scale(5);
        await().atMost(PATIENCE).until(() -> movedSome(5));
        speak(1, "paused");
        ChannelMigration paused = awaitPhase(1, "Paused");
        assertThat(paused.getStatus().message()).contains("spec.paused");
        await().atMost(PATIENCE).until(() -> ring().handovers().isEmpty());
        SlotTable rests = ring().table();
        one.close();
        operator("two");
        await().atMost(PATIENCE)
                .until(() -> ring().term() > 1 && status().message().contains("paused"));
        assertThat(ring().table()).as("nothing moves while it is paused").isEqualTo(rests);

        speak(1, "cancelled");
        awaitPhase(1, "Cancelled");
        assertThat(ring().table()).as("nothing moves after it was cancelled").isEqualTo(rests);
        assertThat(ring().handovers()).isEmpty();

        scale(3);
        awaitServing(3);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(podNames()).hasSize(3));
        assertThat(awaitPhase(2, "Completed").getSpec().reason()).isIn("ScaleIn", "Rebalance");
    }

    @Test
    void service_of_somebody_else_is_left_alone_until_it_is_gone() {
        operator("one");
        findsAServiceOfSomebodyElse();
        awaitServing(1);
    }

    /** Creates a cluster of one node whose Service's name is taken for a while. */
    void findsAServiceOfSomebodyElse() {
        Service other = new ServiceBuilder()
                .withNewMetadata()
                .withName(Naming.nodesService(NAME))
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withSelector(Map.of("app", "something-else"))
                .addNewPort()
                .withPort(Naming.PORT)
                .endPort()
                .endSpec()
                .build();
        client.resource(other).create();
        create(1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().conditions())
                        .filteredOn(condition -> condition.getType().equals("Degraded"))
                        .singleElement()
                        .satisfies(condition -> assertThat(condition.getMessage())
                                .contains("is there already and does not belong to this PubSubCluster")));
        assertThat(client.resource(other).get().getSpec().getSelector()).containsEntry("app", "something-else");
        client.resource(other).delete();
    }

    @Test
    void budget_of_somebody_else_is_left_alone_until_it_is_gone() {
        PodDisruptionBudget other = budgetOfSomebodyElse();
        operator("one");
        create(1);
        waitsForItsBudget(other);
        awaitServing(1);
    }

    /** Creates a budget under the name that the operator needs. */
    PodDisruptionBudget budgetOfSomebodyElse() {
        return client.resource(new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName(Naming.nodesBudget(NAME))
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withMaxUnavailable(new IntOrString(1))
                        .withNewSelector()
                        .addToMatchLabels("app", "something-else")
                        .endSelector()
                        .endSpec()
                        .build())
                .create();
    }

    /** Sees the operator go on without its budget, deletes the other one, and waits for the operator's. */
    void waitsForItsBudget(PodDisruptionBudget other) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status().conditions())
                        .filteredOn(condition -> condition.getType().equals("Degraded"))
                        .singleElement()
                        .satisfies(condition -> assertThat(condition.getMessage())
                                .contains("evictions are not held back one by one: the PodDisruptionBudget "
                                        + Naming.nodesBudget(NAME) + " is there already")));
        assertThat(status()).matches(has("Ready", "True"), "serves all the same");
        assertThat(client.resource(other).get().getSpec().getSelector().getMatchLabels())
                .containsEntry("app", "something-else");
        client.resource(other).delete();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(client.resource(other).get())
                        .isNotNull()
                        .extracting(found -> found.getSpec().getSelector().getMatchLabels())
                        .isEqualTo(Naming.servingLabels(NAME)));
    }

    @Test
    void pods_of_a_deleted_cluster_do_not_wait_for_their_hooks() {
        operator("one");
        create(3);
        awaitServing(3);
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .delete();
        // As the garbage collector does, where there is one.
        client.pods().inNamespace("default").withLabels(Naming.nodeLabels(NAME)).delete();
        await().atMost(Duration.ofSeconds(25))
                .untilAsserted(() -> assertThat(podNames()).isEmpty());
    }

    @Test
    void cluster_made_again_takes_over_what_was_left() {
        RunningOperator operator = operator("one");
        create(3);
        awaitServing(3);
        Set<String> pods = podNames();
        long term = ring().term();
        orphan(client.pods()
                .inNamespace("default")
                .withLabels(Naming.nodeLabels(NAME))
                .resources());
        orphan(client.services()
                .inNamespace("default")
                .withLabel(Naming.CLUSTER, NAME)
                .resources());
        orphan(client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace("default")
                .withLabel(Naming.CLUSTER, NAME)
                .resources());
        orphan(client.configMaps()
                .inNamespace("default")
                .withLabel(Naming.CLUSTER, NAME)
                .resources());
        orphan(client.secrets()
                .inNamespace("default")
                .withLabel(Naming.CLUSTER, NAME)
                .resources());
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .delete();
        await().atMost(PATIENCE).until(() -> operator.instance().figures().isEmpty());
        create(3);
        awaitServing(3);
        assertThat(podNames()).isEqualTo(pods);
        assertThat(ring().term()).as("the ring went on").isGreaterThan(term);
        assertThat(ring().dead()).isEmpty();
        assertThat(client.pods().inNamespace("default").list().getItems())
                .as("owned again")
                .allMatch(pod -> pod.getMetadata().getOwnerReferences().size() == 1);
    }

    @Test
    @Tag(ApiServer.ON_ANY)
    void rolling_upgrade_of_all_nodes_under_traffic() throws Exception {
        operator("one");
        createPlain(3);
        awaitServing(3);
        Set<String> first = podNames();
        try (TierTraffic traffic = traffic()) {
            configure("\"5000\"");
            await().atMost(UPGRADE).pollInterval(Duration.ofMillis(100)).until(() -> {
                assertThat(livePods()).as("pods, at most one more than wanted").hasSizeLessThanOrEqualTo(4);
                assertThat(new HashSet<>(ring().table().owners()))
                        .as("nodes that serve")
                        .hasSizeGreaterThanOrEqualTo(3);
                return podNames().stream().noneMatch(first::contains)
                        && has("Upgrading", "False").test(status());
            });
            awaitServing(3);
            traffic.assertNothingLost();
        }
        assertThat(podNames()).hasSize(3);
        assertThat(livePods())
                .allMatch(pod -> pod.getSpec()
                        .getContainers()
                        .getFirst()
                        .getArgs()
                        .containsAll(List.of("--maxclients", "5000")));
        assertThat(ring().dead()).isEmpty();
        assertThat(status().message()).isEqualTo("3 nodes serve");
        assertThat(Objects.requireNonNull(status().migration()).reason()).isEqualTo("Upgrade");
        assertThat(events()).containsOnlyOnce("UpgradeStarted", "UpgradeCompleted");
    }

    @Test
    @Tag(ApiServer.ON_ANY)
    void bad_upgrade_stops_at_the_first_node_and_undoing_ends_it() throws Exception {
        operator("one");
        createPlain(3);
        awaitServing(3);
        Set<String> first = podNames();
        Set<String> owners = Set.copyOf(ring().table().owners());
        try (TierTraffic traffic = traffic()) {
            configure("many");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(status())
                            .as(() -> "status " + Serialization.asYaml(status()))
                            .matches(has("Degraded", "True"))
                            .matches(has("Ready", "True"))
                            .matches(has("Upgrading", "True"))
                            .extracting(PubSubClusterStatus::message)
                            .asString()
                            .startsWith("the upgrade stops: pod ")
                            .endsWith("of the new revision is not ready: it was restarted more than once"));
            await().during(Duration.ofSeconds(5)).atMost(PATIENCE).untilAsserted(() -> {
                assertThat(podNames()).hasSize(4).containsAll(first);
                assertThat(Set.copyOf(ring().table().owners())).isEqualTo(owners);
            });
            configure("null");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(podNames()).isEqualTo(first));
            awaitServing(3);
            traffic.assertNothingLost();
        }
        assertThat(Set.copyOf(ring().table().owners())).isEqualTo(owners);
        assertThat(status()).matches(has("Upgrading", "False"));
        assertThat(events()).containsOnlyOnce("UpgradeStarted", "UpgradeStopped", "UpgradeCompleted");
    }

    /** Sets the directive maxclients, with the word null takes it away. */
    private void configure(String maxclients) {
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"nodes\":{\"config\":{\"maxclients\":"
                                + (maxclients.equals("many") ? "\"many\"" : maxclients) + "}}}}");
    }

    /** As deletion with {@code --cascade=orphan} leaves them. */
    private static <T extends HasMetadata> void orphan(Stream<? extends Resource<T>> objects) {
        objects.forEach(object -> object.edit(found -> {
            found.getMetadata().setOwnerReferences(List.of());
            return found;
        }));
    }
}
