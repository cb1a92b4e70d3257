package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.slackwater.e2e.stage.Alone;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Rig;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The Kubernetes API is away, or has forgotten something. Messages do not depend on it. */
@OnStage
class ControlPlaneE2E {
    private static final String API_PORT = "16443";

    /**
     * Three nodes become five. In the middle of it nobody reaches the API server any more: neither the operator nor the machines, and
     * connections that are open are reset. The leader stops where it stands. A minute later the API server is back and the move is
     * finished. Nothing is lost, and no node is taken for dead.
     */
    @Test
    @Alone
    void api_server_down_for_a_minute(Stage stage) {
        Rig rig = Rig.required("nobody may reach the API server");
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);
        Map<String, Integer> lives = tier.lives();

        tier.scaleSlowly(5, 5);
        tier.awaitMoving(10);
        List<String> refused =
                List.of("INPUT", "-p", "tcp", "--dport", API_PORT, "-j", "REJECT", "--reject-with", "tcp-reset");
        firewall(rig, "-I", refused);
        try {
            stage.pass(60);
        } finally {
            firewall(rig, "-D", refused);
        }
        stage.machines().awaitReady(); // Kubernetes may have taken them for lost
        tier.hurry();
        tier.awaitSettled(5);

        traffic.stopAndExpectNothingLost();
        assertThat(tier.lives()).as("nodes that were there before").containsAllEntriesOf(lives);
    }

    /**
     * What etcd knew of the ring yesterday comes back: the ConfigMap of three nodes, of an epoch long gone, while five serve under a newer
     * one. The nodes' newer ring wins and is stored again, and an event says so. No slot moves, and nothing is lost.
     */
    @Test
    @Alone
    void etcd_restored_from_yesterday(Stage stage) {
        Tier tier = stage.tier(3);
        ConfigMap yesterday = Objects.requireNonNull(stage.ring(tier).get());
        tier.scale(4);
        tier.awaitSettled(4);
        Traffic traffic = stage.traffic(tier);
        long epoch = Objects.requireNonNull(tier.status().ring()).epoch();
        Map<String, Integer> slots = tier.slots();

        yesterday.getMetadata().setResourceVersion(null);
        stage.ring(tier).edit(today -> {
            today.setData(yesterday.getData());
            today.setBinaryData(yesterday.getBinaryData());
            return today;
        });
        stage.operator().kill(stage.operator().leader());
        tier.awaitEvent("RingRestored");
        tier.await(
                "the ring of today in force",
                status -> Objects.requireNonNull(status.ring()).epoch() >= epoch);
        tier.awaitSettled(4);

        traffic.stopAndExpectNothingLost();
        assertThat(tier.slots()).isEqualTo(slots);
        assertThat(Long.parseLong(
                        Objects.requireNonNull(stage.ring(tier).get()).getData().get("epoch")))
                .as("epoch that is stored")
                .isGreaterThanOrEqualTo(epoch);
    }

    private static void firewall(Rig rig, String action, List<String> rule) {
        // Unpacked beside the system, the program does not find its libraries by itself.
        String found = "bin=$(command -v iptables); libraries=$(echo \"${bin%/*/*}\"/lib/*-linux-gnu*);"
                + " LD_LIBRARY_PATH=$libraries XTABLES_LIBDIR=$libraries/xtables exec iptables \"$@\"";
        List<String> command = new ArrayList<>(List.of("exec", "--node", "1", "sh", "-c", found, "iptables", action));
        command.addAll(rule);
        rig.run(command.toArray(String[]::new));
    }
}
