package io.slackwater.operator;

/** The scenarios of gateways on the embedded API server. */
class GatewaysOnEmbeddedKubernetesTest extends GatewayScenarios {
    @Override
    ApiServer apiServer() {
        return ApiServer.embedded();
    }
}
