package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.AutoscalingSpec;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.ChannelMigrationSpec;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewaySpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real API server accepts the definition, fills in defaults and refuses bad manifests with a sentence. */
class DefinitionsOnRealApiServerIT {
    @SuppressWarnings("NullAway.Init")
    private static RealApiServer api;

    @SuppressWarnings("NullAway.Init")
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        api = RealApiServer.start();
        client = api.newClient();
    }

    @AfterAll
    static void stop() {
        if (client != null) { // null when the class was skipped
            client.close();
            api.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spec: {nodes: {image: redis, config: {port: '1'}}} | leave out directives that the operator owns",
                "spec: {nodes: {image: redis, config: {tls-port: '1'}}} | leave out tls-, cluster-, repl- and replica- directives",
                "spec: {nodes: {image: redis, config: {Maxclients: '1'}}} | write the names of directives in lower case",
                "spec: {nodes: {image: redis, config: {maxclients: '--x'}}} | write each value as one line that does not begin with '--'",
                "spec: {nodes: {image: redis, auth: {mode: Secret}}} | nodes.auth: name a Secret in secretRef",
                "spec: {nodes: {image: redis, tls: {secretRef: {name: a}}}} | nodes.tls: name a Secret in secretRef",
                "spec: {nodes: {image: redis, imagePullPolicy: often}} | nodes.imagePullPolicy must be one of Always",
                "spec: {nodes: {image: redis}, migration: {limits: {ackTimeoutMillis: 3000}}} | ackTimeoutMillis must be at most half of maxHoldMillis",
                "spec: {nodes: {image: redis}, migration: {limits: {prepareTimeoutMillis: 100}}} | prepareTimeoutMillis must be at least ackTimeoutMillis",
                "spec: {nodes: {image: redis}, migration: {limits: {slowAfterMillis: 20000}}} | slowAfterMillis must be at most ackTimeoutMillis",
                "spec: {nodes: {image: redis}, migration: {approval: Maybe}} | migration.approval must be Automatic or Manual",
                "spec: {nodes: {image: redis}, migration: {onDeadline: Panic}} | migration.onDeadline must be Proceed or Alert",
                "spec: {nodes: {image: redis}, migration: {lowTraffic: {query: up}}} | write both prometheus and query, or neither for the operator's own record",
                "spec: {nodes: {image: redis}, ring: {rebalanceAfter: soon}} | spec.ring.rebalanceAfter",
                "spec: {nodes: {image: redis}, migration: {nonMembers: Kill}} | migration.nonMembers must be Block or Proceed",
                "spec: {nodes: {image: redis}, migration: {windows: [{start: '0 3 * * *', duration: long}]}} | spec.migration.windows[0].duration",
                "spec: {nodes: {image: redis}, autoscaling: {minReplicas: 5, maxReplicas: 4}} | autoscaling.minReplicas must not be more than maxReplicas",
                "spec: {nodes: {image: redis}, autoscaling: {maxReplicas: 9, metrics: [{name: a, query: b, target: 1}]}} | autoscaling.prometheus is missing",
                "spec: {nodes: {image: redis}, autoscaling: {maxReplicas: 9, metrics: [{name: a, source: Zabbix, target: 1}]}} | source must be Prometheus, MessagesPerSecond or UtilizationPercent",
                "spec: {nodes: {image: redis}, autoscaling: {maxReplicas: 9, metrics: [{name: a, source: UtilizationPercent, query: b, target: 1}]}} | write a query with the source Prometheus, and none with another",
                "spec: {nodes: {image: redis}, autoscaling: {maxReplicas: 9, metrics: [{name: a, source: UtilizationPercent, type: Utilization, target: 1}]}} | type must be AverageValue or Value",
                "spec: {nodes: {image: redis}, autoscaling: {maxReplicas: 9, behavior: {scaleUp: {selectPolicy: Most}}}} | selectPolicy must be Max, Min or Disabled",
                "spec: {nodes: {image: redis}, autoscaling: {maxReplicas: 9, behavior: {scaleUp: {policies: [{type: Nodes, value: 1, periodSeconds: 60}]}}}} | the type of a policy must be Pods or Percent",
                "spec: {nodes: {image: redis}, autoscaling: {maxReplicas: 101}} | autoscaling.maxReplicas must be at most 100",
                "spec: {nodes: {image: redis}, autoscaling: {maxReplicas: 9, metrics: [{name: a, source: Connections, target: 1}]}} | source must be Prometheus, MessagesPerSecond or UtilizationPercent",
                "spec: {nodes: {image: redis}, discovery: {zookeeper: {connectString: 'zk:2181/path', path: /a}}} | connectString must be HOST:PORT of each server, separated by commas",
                "spec: {nodes: {image: redis}, discovery: {zookeeper: {connectString: 'zk:2181,', path: /a}}} | connectString must be HOST:PORT of each server, separated by commas",
                "spec: {nodes: {image: redis}, discovery: {zookeeper: {connectString: 'zk:2181', path: /a/}}} | path must be absolute, without a slash at its end, and not ZooKeeper's own",
                "spec: {nodes: {image: redis}, discovery: {zookeeper: {connectString: 'zk:2181', path: a/b}}} | path must be absolute, without a slash at its end, and not ZooKeeper's own",
                "spec: {nodes: {image: redis}, discovery: {zookeeper: {connectString: 'zk:2181', path: /a/../b}}} | path must be absolute, without a slash at its end, and not ZooKeeper's own",
                "spec: {nodes: {image: redis}, discovery: {zookeeper: {connectString: 'zk:2181', path: /zookeeper/config}}} | path must be absolute, without a slash at its end, and not ZooKeeper's own",
                "spec: {nodes: {image: redis}, discovery: {zookeeper: {connectString: 'zk:2181'}}} | spec.discovery.zookeeper.path: Required value",
                "spec: {replicas: 0, nodes: {image: redis}} | spec.replicas in body should be greater than or equal to 1",
                "spec: {replicas: 101, nodes: {image: redis}} | spec.replicas in body should be less than or equal to 100",
                "spec: {nodes: {image: redis}, ring: {maxLoadPercent: 100}} | greater than or equal to 101",
                "spec: {nodes: {}} | spec.nodes.image: Required value",
                "spec: {} | spec.nodes: Required value",
                "status: {} | spec is missing: write at least spec.nodes.image"
            })
    void refuses_with_a_sentence(String body, String sentence) {
        assertThatThrownBy(() -> create("refused", body))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spec: {clusterRef: {name: c}, image: g, imagePullPolicy: often} | imagePullPolicy must be one of Always",
                "spec: {clusterRef: {name: c}, image: g, env: {A-B: '1'}} | write the names of environment variables with letters",
                "spec: {clusterRef: {name: c}, image: g, env: {SLACKWATER_SEEDS: '1'}} | env: leave out what the operator sets",
                "spec: {clusterRef: {name: c}, image: g, drain: {timeout: long}} | spec.drain.timeout",
                "spec: {clusterRef: {name: c}, image: g, drain: {disconnectsPerSecond: 0}} | greater than or equal to 1",
                "spec: {clusterRef: {name: c}, image: g, rebalance: {maxOverMeanPercent: 104}} | greater than or equal to 105",
                "spec: {clusterRef: {name: c}, image: g, rebalance: {maxOverMeanPercent: 201}} | less than or equal to 200",
                "spec: {clusterRef: {name: c}, image: g, rebalance: {disconnectsPerSecond: 0}} | greater than or equal to 1",
                "spec: {clusterRef: {name: c}, image: g, autoscaling: {}} | spec.autoscaling.maxReplicas: Required value",
                "spec: {clusterRef: {name: c}, image: g, autoscaling: {maxReplicas: 201}} | less than or equal to 200",
                "spec: {clusterRef: {name: c}, image: g, autoscaling: {minReplicas: 5, maxReplicas: 4}} | autoscaling.minReplicas must not be more than maxReplicas",
                "spec: {clusterRef: {name: c}, image: g, autoscaling: {maxReplicas: 9, metrics: [{name: a, query: b, target: 1}]}} | autoscaling.prometheus is missing",
                "spec: {clusterRef: {name: c}, image: g, autoscaling: {maxReplicas: 9, metrics: [{name: a, source: MessagesPerSecond, target: 1}]}} | source must be Prometheus or Connections",
                "spec: {clusterRef: {name: c}, image: g, autoscaling: {maxReplicas: 9, metrics: [{name: a, source: Connections, query: b, target: 1}]}} | write a query with the source Prometheus, and none with another",
                "spec: {clusterRef: {name: c}, image: g, autoscaling: {maxReplicas: 9, metrics: [{name: a, source: Connections, type: Value, target: 1}]}} | Connections are of the whole tier",
                "spec: {clusterRef: {name: c}, image: g, replicas: 201} | less than or equal to 200",
                "spec: {image: g} | spec.clusterRef: Required value",
                "spec: {clusterRef: {name: c}} | spec.image: Required value",
                "status: {} | spec is missing: write at least spec.clusterRef.name and spec.image"
            })
    void refuses_gateways_with_a_sentence(String body, String sentence) {
        assertThatThrownBy(() -> create("PubSubGateway", "refused", body))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void gateways_get_the_same_defaults_and_can_be_scaled() {
        create("PubSubGateway", "web", "spec: {clusterRef: {name: c}, image: g}");
        var web = client.resources(PubSubGateway.class).inNamespace("default").withName("web");
        assertThat(web.get().getSpec())
                .isEqualTo(Serialization.unmarshal(
                                "{\"spec\": {\"clusterRef\": {\"name\": \"c\"}, \"image\": \"g\"}}",
                                PubSubGateway.class)
                        .getSpec());
        create("PubSubGateway", "even", "spec: {clusterRef: {name: c}, image: g, rebalance: {}}");
        assertThat(client.resources(PubSubGateway.class)
                        .inNamespace("default")
                        .withName("even")
                        .get()
                        .getSpec()
                        .rebalance())
                .isEqualTo(new PubSubGatewaySpec.Rebalance(110, 50));
        create("PubSubGateway", "wide", "spec: {clusterRef: {name: c}, image: g, autoscaling: {maxReplicas: 200}}");
        AutoscalingSpec scaled = client.resources(PubSubGateway.class)
                .inNamespace("default")
                .withName("wide")
                .get()
                .getSpec()
                .autoscaling();
        assertThat(scaled).isEqualTo(new AutoscalingSpec(3, 200, 20, null, List.of(), null, false));
        web.scale(5);
        assertThat(web.get().getSpec().replicas()).isEqualTo(5);
        assertThatThrownBy(() -> create("PubSubGateway", "has.dots", "spec: {clusterRef: {name: c}, image: g}"))
                .hasMessageContaining("Choose one such as 'chat'");
    }

    /** What was planned is fixed, and what people have said cannot be taken back. */
    @Test
    void migration_edited_by_hand_is_refused_with_a_sentence() {
        ChannelMigration migration = new ChannelMigration();
        migration.getMetadata().setName("chat-1");
        migration.getMetadata().setNamespace("default");
        migration.setSpec(new ChannelMigrationSpec("chat", "ScaleOut", 5, 160, 125, "", 0, false, false, false));
        client.resource(migration).create();
        assertThatThrownBy(() -> patch("{\"spec\":{\"replicas\":50}}"))
                .hasMessageContaining("cannot be changed: the plan was made for them");
        patch("{\"spec\":{\"approved\":true,\"paused\":true,\"cancelled\":true}}");
        patch("{\"spec\":{\"paused\":false}}");
        assertThatThrownBy(() -> patch("{\"spec\":{\"approved\":false}}"))
                .hasMessageContaining("approved cannot be taken back");
        assertThatThrownBy(() -> patch("{\"spec\":{\"cancelled\":false}}"))
                .hasMessageContaining("cancelled cannot be taken back");
    }

    private static void patch(String json) {
        client.resources(ChannelMigration.class)
                .inNamespace("default")
                .withName("chat-1")
                .patch(PatchContext.of(PatchType.JSON_MERGE), json);
    }

    /** A rule that nobody has seen refuse anything may not work. */
    @Test
    void every_rule_has_a_wrong_manifest_here() throws Exception {
        List<String> sentences = new ArrayList<>(List.of("Choose one such as 'nearby-friends'"));
        for (String row : DefinitionsOnRealApiServerIT.class
                .getDeclaredMethod("refuses_with_a_sentence", String.class, String.class)
                .getAnnotation(CsvSource.class)
                .value()) {
            sentences.add(row.substring(row.indexOf('|') + 1).strip());
        }
        try (InputStream definitions = ApiServer.definition("pubsubclusters")) {
            List<String> rules = new ObjectMapper(new YAMLFactory())
                    .readTree(definitions).findValues("x-kubernetes-validations").stream()
                            .flatMap(list -> list.findValuesAsText("message").stream())
                            .toList();
            assertThat(rules)
                    .hasSizeGreaterThan(5)
                    .allMatch(rule -> sentences.stream().anyMatch(rule::contains));
        }
    }

    @Test
    void server_and_types_fill_in_the_same_defaults() {
        create("defaults", "spec: {nodes: {image: redis}}");
        assertThat(client.resources(PubSubCluster.class)
                        .inNamespace("default")
                        .withName("defaults")
                        .get()
                        .getSpec())
                .isEqualTo(
                        Serialization.unmarshal("{\"spec\": {\"nodes\": {\"image\": \"redis\"}}}", PubSubCluster.class)
                                .getSpec());
    }

    @Test
    void a_place_in_zookeeper_is_stored() {
        create(
                "told",
                "spec: {nodes: {image: redis}, discovery: {zookeeper: {connectString: 'zk-0.zk:2181,[2001:db8::1]:2182', path:"
                        + " /slackwater/told.a_b-c}}}");
        assertThat(client.resources(PubSubCluster.class)
                        .inNamespace("default")
                        .withName("told")
                        .get()
                        .getSpec()
                        .discovery())
                .isNotNull();
    }

    @Test
    void scale_is_bounded_like_the_specification() {
        create("bounded", "spec: {nodes: {image: redis}}");
        var bounded =
                client.resources(PubSubCluster.class).inNamespace("default").withName("bounded");
        assertThatThrownBy(() -> bounded.scale(0)).hasMessageContaining("greater than or equal to 1");
        assertThatThrownBy(() -> bounded.scale(101)).hasMessageContaining("less than or equal to 100");
        bounded.subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\": {\"replicas\": 2, \"selector\": \"a=b\"}}");
        assertThat(bounded.scale().getStatus().getReplicas()).isEqualTo(2);
        assertThat(bounded.scale().getStatus().getSelector()).isEqualTo("a=b");
    }

    @Test
    void refuses_a_name_that_pods_cannot_be_named_after() {
        assertThatThrownBy(() -> create("has.dots", "spec: {nodes: {image: redis}}"))
                .hasMessageContaining("Choose one such as 'nearby-friends'");
        assertThatThrownBy(() -> create("a".repeat(41), "spec: {nodes: {image: redis}}"))
                .hasMessageContaining("at most 40 characters");
    }

    @Test
    void fills_in_defaults_and_scales() {
        create("short", "spec: {nodes: {image: redis}}");
        PubSubCluster created = client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName("short")
                .get();
        assertThat(created.getSpec().replicas()).isEqualTo(3);
        assertThat(created.getSpec().migration().limits().slotsPerBatch()).isEqualTo(256);
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName("short")
                .scale(5);
        assertThat(client.resources(PubSubCluster.class)
                        .inNamespace("default")
                        .withName("short")
                        .get()
                        .getSpec()
                        .replicas())
                .isEqualTo(5);
    }

    @Test
    void accepts_the_samples() throws IOException {
        for (String name : List.of("nearby-friends.yaml", "gateways.yaml")) {
            try (InputStream sample = Files.newInputStream(Path.of("..", "deploy", "samples", name))) {
                assertThatCode(() -> client.load(sample).inNamespace("default").create())
                        .doesNotThrowAnyException();
            }
        }
    }

    private static void create(String name, String body) {
        create("PubSubCluster", name, body);
    }

    private static void create(String kind, String name, String body) {
        String yaml = "apiVersion: slackwater.io/v1alpha1\nkind: " + kind + "\nmetadata: {name: " + name
                + ", namespace: default}\n" + body + "\n";
        client.load(new java.io.ByteArrayInputStream(yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .create();
    }
}
