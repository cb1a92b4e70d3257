package io.slackwater.operator;

/** The scenarios on a real API server. */
class OperatorOnRealApiServerIT extends OperatorScenarios {
    @Override
    ApiServer apiServer() {
        return ApiServer.real();
    }
}
