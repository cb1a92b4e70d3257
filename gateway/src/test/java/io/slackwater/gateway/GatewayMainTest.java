package io.slackwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class GatewayMainTest {
    private final FakePubSub tier = new FakePubSub();

    private int run(GatewayMain.Runner runner, String... args) {
        return GatewayMain.run(args, runner, options -> tier);
    }

    @Test
    void helpAndWrongOptions() {
        assertThat(run(server -> {}, "--help")).isZero();
        assertThat(run(server -> {}, "--no-such-option")).isEqualTo(GatewayMain.WRONG_OPTION);
        assertThat(run(server -> {}, "--port=eighty")).isEqualTo(GatewayMain.WRONG_OPTION);
        assertThat(run(server -> {}, "--max-headers=0")).isEqualTo(GatewayMain.WRONG_OPTION);
        assertThat(tier.closed).isFalse();
    }

    @Test
    void runsAndGivesEverythingBack() {
        AtomicBoolean ran = new AtomicBoolean();
        int code = run(
                server -> {
                    ran.set(true);
                    assertThat(server.port()).isPositive();
                },
                "--bind=127.0.0.1",
                "--port=0",
                "--management-port=0");
        assertThat(code).isZero();
        assertThat(ran).isTrue();
        assertThat(tier.closed).isTrue();
    }

    @Test
    void portInUseIsAFailureThatLeavesTheTier() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int code = run(server -> {}, "--bind=127.0.0.1", "--port=" + taken.getLocalPort(), "--management-port=0");
            assertThat(code).isEqualTo(GatewayMain.FAILED);
            assertThat(tier.closed).isTrue();
        }
    }
}
