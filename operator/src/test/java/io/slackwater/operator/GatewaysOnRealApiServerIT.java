package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;

/** The same on a real API server, with the rights of {@code deploy/rbac}. */
class GatewaysOnRealApiServerIT extends GatewayScenarios {
    private final RealApiServer server = RealApiServer.start();

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
}
