package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.e2e.stage.GatewayTier;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gateways that the operator runs. */
@OnStage
class GatewaysE2E {
    /**
     * Three gateways of a PubSubGateway. All users are connected to two of them. {@code kubectl scale} asks for two: the one that nobody is
     * connected to goes, exactly that one, and the users notice nothing.
     */
    @Test
    void gateway_scale_in(Stage stage) {
        Tier tier = stage.tier(3);
        GatewayTier gateways = stage.managedGateways(tier, "managed", 3);
        List<Pod> busy = gateways.pods().subList(0, 2);
        String idle = gateways.pods().get(2).getMetadata().getName();
        Traffic traffic = stage.traffic(
                tier, busy.stream().map(pod -> pod.getStatus().getPodIP()).toList(), List.of());

        gateways.scale(2);
        gateways.awaitServing(2);

        assertThat(gateways.pods())
                .extracting(pod -> pod.getMetadata().getName())
                .doesNotContain(idle)
                .containsExactlyInAnyOrderElementsOf(
                        busy.stream().map(pod -> pod.getMetadata().getName()).toList());
        traffic.stopAndExpectNothingLost();
        gateways.delete();
    }
}
