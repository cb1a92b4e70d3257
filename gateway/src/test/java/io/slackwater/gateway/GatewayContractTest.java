package io.slackwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.testkit.GatewayContract;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** The reference gateway keeps the contract that is asked of others, and the checker notices one that does not. */
class GatewayContractTest {
    private static GatewayContract contract(TestGateway gateway) {
        return new GatewayContract(gateway.uri(), URI.create("http://127.0.0.1:" + gateway.server.managementPort()));
    }

    @Test
    void isKept() {
        try (TestGateway gateway = new TestGateway();
                GatewayContract contract = contract(gateway)) {
            assertThat(contract.violations()).isEmpty();
        }
    }

    @Test
    void oneThatLetsInTooFewAndDrainsAlreadyIsNoticed() {
        try (TestGateway gateway = new TestGateway("--max-connections=10");
                GatewayContract contract = contract(gateway)) {
            assertThat(contract.violations()).contains("only 10 of 20 WebSockets were let in");
        }
        try (TestGateway gateway = new TestGateway();
                GatewayContract contract = contract(gateway)) {
            gateway.post("/drain?disconnectsPerSecond=1");
            assertThat(contract.violations())
                    .contains("GET /readyz does not answer 2xx while it serves", "only 0 of 20 WebSockets were let in")
                    .anyMatch(sentence -> sentence.startsWith("GET /drain does not say that the state is serving"));
        }
    }
}
