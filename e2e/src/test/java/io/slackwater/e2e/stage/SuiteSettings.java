package io.slackwater.e2e.stage;

import java.util.Objects;

/** What the suite is told by its environment. Images must be on the cluster's machines, or where they can be pulled. */
record SuiteSettings(
        String operatorImage,
        String gatewayImage,
        String trafficImage,
        String nodeImage,
        String prometheusImage,
        String haproxyImage,
        String tag,
        boolean keep,
        boolean killOperator) {

    static SuiteSettings fromEnvironment() {
        String tag = read("E2E_TAG", "0.1.0-SNAPSHOT");
        return new SuiteSettings(
                read("E2E_OPERATOR_IMAGE", "slackwater/operator:" + tag),
                read("E2E_GATEWAY_IMAGE", "slackwater/gateway:" + tag),
                read("E2E_TRAFFIC_IMAGE", "slackwater/e2e:" + tag),
                read("E2E_NODE_IMAGE", "localhost/redis:local"),
                read("E2E_PROMETHEUS_IMAGE", "localhost/prometheus:local"),
                read("E2E_HAPROXY_IMAGE", "localhost/haproxy:local"),
                tag,
                Boolean.parseBoolean(read("E2E_KEEP", "false")),
                Boolean.parseBoolean(read("E2E_KILL_OPERATOR", "false")));
    }

    /** How long a node may take to hand over its channels: an operator that is killed meanwhile is missed for half a minute. */
    int nodeGraceSeconds() {
        return killOperator ? 120 : 60;
    }

    private static String read(String name, String otherwise) {
        String value = System.getenv(name);
        return Objects.requireNonNullElse(value == null || value.isBlank() ? null : value, otherwise);
    }
}
