package io.slackwater.helm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A wrong value is refused before anything is installed, with the value and what to write instead. */
class BadValuesTest {
    static Stream<Arguments> bad() {
        return Stream.of(
                // The schema: what has the wrong type, and what is no value at all.
                Arguments.of("replicas: two", "at '/replicas': got string, want integer"),
                Arguments.of("replica: 3", "additional properties 'replica' not allowed"),
                Arguments.of("watchNamespaces: blue", "at '/watchNamespaces': got string, want array"),
                Arguments.of(
                        "gateway: {image: {tagg: x}}", "at '/gateway/image': additional properties 'tagg' not allowed"),
                Arguments.of("podLabels: {a: true}", "at '/podLabels/a': got boolean, want string"),
                Arguments.of("resources: {memory: 1Gi}", "at '/resources': additional properties 'memory' not allowed"),
                // The templates: what the schema would say in its own language.
                Arguments.of("replicas: -1", "replicas is -1: write a number from 0 to 1000."),
                Arguments.of("gateway: {replicas: 1001}", "gateway.replicas is 1001: write a number from 0 to 1000."),
                Arguments.of(
                        "fullnameOverride: Tide_1",
                        "fullnameOverride \"Tide_1\" cannot be a name: use at most 50 lower-case letters"),
                Arguments.of(
                        "watchNamespaces: [Blue]", "watchNamespaces has \"Blue\", which is no name of a namespace"),
                Arguments.of("watchNamespaces: [a, a]", "watchNamespaces names a namespace twice: a, a."),
                Arguments.of(
                        "networkPolicy: {nodes: {namespaces: [a.b]}}",
                        "networkPolicy.nodes.namespaces has \"a.b\", which is no name of a namespace"),
                Arguments.of("image: {repository: Slackwater/operator}", "image.repository \"Slackwater/operator\""),
                Arguments.of(
                        "image: {repository: 'slackwater/operator:1'}",
                        "image.repository \"slackwater/operator:1\" has a tag: write it in image.tag."),
                Arguments.of("image: {tag: 'a b'}", "image.tag \"a b\" is no tag"),
                Arguments.of(
                        "gateway: {image: {digest: abc}}", "gateway.image.digest \"abc\" is no digest: write sha256:"),
                Arguments.of(
                        "image: {pullPolicy: Alway}",
                        "image.pullPolicy is \"Alway\": write Always, IfNotPresent or Never."),
                Arguments.of(
                        "leaderElection: {renewDeadlineSeconds: 20}",
                        "leaderElection: each must be less than the next, but retryPeriodSeconds is 2,"
                                + " renewDeadlineSeconds 20 and leaseDurationSeconds 15."),
                Arguments.of(
                        "leaderElection: {retryPeriodSeconds: 0}",
                        "leaderElection.retryPeriodSeconds is 0: write at least 1."),
                Arguments.of("serviceAccount: {create: false}", "serviceAccount.name is empty"),
                Arguments.of(
                        "monitoring: {serviceMonitor: {interval: often}}",
                        "monitoring.serviceMonitor.interval \"often\" is no time: write for example 30s."),
                Arguments.of(
                        "gateway: {enabled: true, image: {tag: '1'}}",
                        "gateway.cluster is empty: name the PubSubCluster"),
                Arguments.of(
                        "gateway: {enabled: true, cluster: c}",
                        "gateway.image.tag is empty: name the gateway's version yourself"),
                Arguments.of("gateway: {cluster: Nearby}", "gateway.cluster \"Nearby\" is no name of a PubSubCluster"),
                Arguments.of("gateway: {seeds: [host]}", "gateway.seeds has \"host\": write host:port"),
                Arguments.of(
                        "gateway: {allowedOrigins: ['https://a/b']}",
                        "gateway.allowedOrigins has \"https://a/b\": write scheme and host without a path"),
                Arguments.of(
                        "gateway: {preStopSleepSeconds: 60}",
                        "gateway.terminationGracePeriodSeconds is 60: write more than preStopSleepSeconds, which is 60."),
                Arguments.of(
                        "gateway: {preStopSleepSeconds: -1}", "gateway.preStopSleepSeconds is -1: write 0 or more."),
                Arguments.of("gateway: {service: {type: Node}}", "gateway.service.type is \"Node\": write ClusterIP"),
                Arguments.of(
                        "gateway: {service: {port: 0}}", "gateway.service.port is 0: write a number from 1 to 65535."));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void is_refused_with_a_sentence(String values, String sentence) {
        assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(sentence);
    }
}
