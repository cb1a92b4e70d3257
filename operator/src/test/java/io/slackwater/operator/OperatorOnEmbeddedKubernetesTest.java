package io.slackwater.operator;

/** The scenarios on the embedded API server. */
class OperatorOnEmbeddedKubernetesTest extends OperatorScenarios {
    @Override
    ApiServer apiServer() {
        return ApiServer.embedded();
    }
}
