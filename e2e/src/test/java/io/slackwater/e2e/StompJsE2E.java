package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.e2e.stage.GatewayTier;
import io.slackwater.e2e.stage.HelperUsers;
import io.slackwater.e2e.stage.JavaScriptUsers;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Users who are not written in Java. */
@OnStage
class StompJsE2E {
    /**
     * Two users of {@code @stomp/stompjs} on Node talk through a gateway while three nodes become four and three again. Each message is
     * confirmed and arrives once, in order, and neither session ends.
     */
    @Test
    void stompjs_users_talk_while_nodes_come_and_go(Stage stage) throws Exception {
        Tier tier = stage.tier(3);
        try (JavaScriptUsers users = JavaScriptUsers.talk(stage, tier, 40)) {
            tier.scale(4);
            tier.awaitSettled(4);
            tier.scale(3);
            tier.awaitSettled(3);

            JsonNode report = users.report();
            assertThat(report.get("errors")).as("report %s", report).isEmpty();
            assertThat(report.get("sent").asLong()).isPositive();
            assertThat(report.get("confirmed")).as("report %s", report).isEqualTo(report.get("sent"));
            assertThat(report.get("received")).as("report %s", report).isEqualTo(report.get("sent"));
            assertThat(report.get("duplicated").asLong()
                            + report.get("outOfOrder").asLong())
                    .as("report %s", report)
                    .isZero();
        }
    }

    /**
     * Users of the helper for stompjs, and somebody who talks, while their gateways go: {@code kubectl scale} takes one of three away, the specification
     * changes so that the other two are replaced, and {@code kubectl delete pod} takes one of the new ones. The helper's users miss nothing, hear nothing
     * twice and everything in order, and never lose their session; users of stompjs alone come back when they are told to, and what they miss is printed.
     */
    @Test
    void helper_users_miss_nothing_while_gateways_go(Stage stage) throws Exception {
        Tier tier = stage.tier(3);
        GatewayTier gateways = stage.managedGateways(tier, "helped", 3);
        try (HelperUsers users = HelperUsers.listening(stage, tier, gateways)) {
            gateways.scale(2);
            gateways.awaitServing(2);
            List<Pod> old = gateways.pods();
            gateways.specify("{\"env\":{\"SLACKWATER_MAX_SUBSCRIPTIONS\":\"9000\"}}");
            gateways.awaitServingWithout(old, 2);
            Pod one = gateways.pods().getFirst();
            stage.client().resource(one).delete();
            gateways.awaitServingWithout(List.of(one), 2);

            Map<String, Integer> report = users.report();
            assertThat(report)
                    .as("report %s", report)
                    .containsEntry("lost", 0)
                    .containsEntry("duplicated", 0)
                    .containsEntry("reordered", 0)
                    .containsEntry("gaps", 0)
                    .containsEntry("unconfirmed", 0)
                    .containsEntry("connects", HelperUsers.HELPERS);
            assertThat(report.get("moves")).as("report %s", report).isGreaterThanOrEqualTo(HelperUsers.HELPERS);
            assertThat(report.get("received")).as("report %s", report).isPositive();
        }
    }
}
