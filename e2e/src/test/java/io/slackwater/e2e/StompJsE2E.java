package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slackwater.e2e.stage.JavaScriptUsers;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
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
}
