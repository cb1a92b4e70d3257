package io.slackwater.operator.reconcile.gateways;

import static io.slackwater.operator.gateways.Gateways.pending;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewayStatus;
import io.slackwater.operator.gateways.Gateways;
import io.slackwater.operator.gateways.ObservedGateway;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.kube.Events;
import io.slackwater.operator.kube.TrafficRecords;
import io.slackwater.operator.reconcile.TierAutoscaling;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many gateways are asked for, look by look, by the connections that the operator counts; the time is the test's. */
class GatewayAutoscalingsTest {
    private static final Duration LOOK = Duration.ofSeconds(15);

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private Instant now = Instant.parse("2026-11-12T12:00:00Z");
    private GatewayAutoscalings autoscalings = begun();

    @AfterEach
    void end() {
        autoscalings.close();
        kubernetes.close();
    }

    @Test
    void without_autoscaling_the_specification_says_how_many() {
        PubSubGateway gateway = gateway("");
        assertThat(look(gateway, 9, 9_000)).isEqualTo(4);
        assertThat(autoscalings.status(gateway)).isNull();
    }

    @Test
    void without_any_metric_a_gateway_is_to_have_most_of_what_it_takes() {
        PubSubGateway gateway = gateway("minReplicas: 2, maxReplicas: 9");
        assertThat(look(gateway, 4, 1_800)).isEqualTo(4);
        assertThat(told(gateway).inputs())
                .containsExactly(
                        new AutoscalingStatus.Input("connections", "is 1,800", "600 of the whole for each gateway"));
        assertThat(look(gateway, 4, 3_000)).as("5 are needed, and a fifth more").isEqualTo(6);
    }

    /** Whether new gateways are there yet is no matter: connections wander slowly, and more of them would not make them faster. */
    @Test
    void gateways_on_their_way_count_as_if_they_were_there() {
        PubSubGateway gateway = gateway("minReplicas: 2, maxReplicas: 150");
        assertThat(look(gateway, 4, 3_000)).isEqualTo(6);
        for (int look = 0; look < 20; look++) {
            assertThat(look(gateway, serving(4, 3_000), pending("x1", ""), pending("x2", "")))
                    .isEqualTo(6);
        }
    }

    @Test
    void a_silent_gateway_keeps_others_from_going_and_none_from_coming() {
        PubSubGateway gateway = gateway("minReplicas: 2, maxReplicas: 9");
        Gateways silent = Gateways.serving("s9", "", 0).with(null);
        for (int look = 0; look < 30; look++) {
            assertThat(look(gateway, serving(3, 600), silent)).isEqualTo(4);
        }
        assertThat(told(gateway).reason())
                .isEqualTo(
                        "hold at 4: connections is at least 600: 1 of 4 gateways do not answer, so nothing is scaled in");
        assertThat(look(gateway, serving(3, 4_200), silent)).isGreaterThan(6);
    }

    @Test
    void survivors_have_to_stay_under_the_target() {
        PubSubGateway gateway = gateway("minReplicas: 1, maxReplicas: 9, headroomPercent: 0");
        for (int look = 0; look < 60; look++) {
            int asked = look(gateway, 4, look == 10 ? 1_790 : 900);
            assertThat(asked)
                    .as("look %d: two would do now, but not for the 1,790 of a moment ago", look)
                    .isEqualTo(look < 20 ? 4 : 3);
        }
    }

    @Test
    void a_restart_goes_on_with_what_was_decided_and_watches_anew_before_it_scales_in() {
        PubSubGateway gateway = gateway("minReplicas: 1, maxReplicas: 9");
        assertThat(look(gateway, 4, 4_000)).isEqualTo(8);
        written(gateway, autoscalings.status(gateway));
        autoscalings = begun();
        assertThat(look(gateway, 4, 300)).as("four are on their way").isEqualTo(8);
        for (int look = 0; look < 19; look++) {
            assertThat(look(gateway, 8, 300)).as("look " + look).isEqualTo(8);
        }
        assertThat(look(gateway, 8, 300)).isEqualTo(1);
        autoscalings = begun();
        assertThat(look(gateway, 8, 300))
                .as("a scale-in that had not begun is decided anew")
                .isEqualTo(8);
    }

    @Test
    void a_trial_changes_nothing() {
        PubSubGateway gateway = gateway("minReplicas: 2, maxReplicas: 9, dryRun: true");
        assertThat(look(gateway, 4, 4_000)).isEqualTo(4);
        assertThat(told(gateway).desired()).isEqualTo(8);
        written(gateway, autoscalings.status(gateway));
        autoscalings = begun();
        assertThat(look(gateway, 4, 4_000)).isEqualTo(4);
    }

    private AutoscalingStatus told(PubSubGateway gateway) {
        return Objects.requireNonNull(autoscalings.status(gateway));
    }

    private int look(PubSubGateway gateway, int gateways, int connections) {
        return look(gateway, serving(gateways, connections));
    }

    private int look(PubSubGateway gateway, List<ObservedGateway> serving, Gateways... others) {
        List<ObservedGateway> observed = new ArrayList<>(serving);
        for (Gateways other : others) {
            observed.add(other.get());
        }
        int asked = autoscalings.look(gateway, observed, now);
        now = now.plus(LOOK);
        return asked;
    }

    /** As even as can be. */
    private static List<ObservedGateway> serving(int gateways, int connections) {
        List<ObservedGateway> all = new ArrayList<>();
        for (int i = 0; i < gateways; i++) {
            int own = connections / gateways + (i < connections % gateways ? 1 : 0);
            all.add(Gateways.serving("g" + i, "", own).get());
        }
        return all;
    }

    private GatewayAutoscalings begun() {
        return new GatewayAutoscalings(
                () -> TierAutoscaling.begin(
                        new ClusterSecrets(kubernetes.client()),
                        TrafficRecords.ofGatewayNeeds(kubernetes.client()),
                        LOOK,
                        Runnable::run,
                        () -> now),
                new Events(kubernetes.client(), "test"));
    }

    private static void written(PubSubGateway gateway, @Nullable AutoscalingStatus decided) {
        gateway.setStatus(new PubSubGatewayStatus(0, "", 0, "", 0, List.of(), decided, List.of()));
    }

    private static PubSubGateway gateway(String scaling) {
        return Serialization.unmarshal(
                "metadata: {name: web, namespace: default, uid: u}\nspec: {replicas: 4, clusterRef: {name: chat}, image: g,"
                        + " env: {SLACKWATER_MAX_CONNECTIONS: \"1000\"}"
                        + (scaling.isEmpty() ? "" : ", autoscaling: {" + scaling + "}") + "}",
                PubSubGateway.class);
    }
}
