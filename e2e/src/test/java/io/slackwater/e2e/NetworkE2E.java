package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Visitor;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who reaches whom, where NetworkPolicies are enforced. */
@OnStage
class NetworkE2E {
    /**
     * Two pods in the namespace of the cluster, equal but for one label. The one that is labelled as a member reaches every node, the other
     * one none.
     */
    @Test
    void stranger_reaches_no_node(Stage stage) {
        Tier tier = stage.tier(3);
        try (Visitor member = stage.visitor("member", "slackwater.io/member: \"true\"");
                Visitor stranger = stage.visitor("stranger", "slackwater.io/member: \"false\"")) {
            for (Pod node : tier.pods()) {
                String address = node.getStatus().getPodIP();
                Awaitility.await("the member reaches " + address)
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> member.reaches(address));
                assertThat(stranger.reaches(address))
                        .as("the stranger reaches %s", address)
                        .isFalse();
            }
        }
    }
}
