package io.slackwater.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.slackwater.helm.Chart.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart installs, for the values people set. */
class ChartTest {
    private static final String GATEWAY = """
            gateway: {enabled: true, cluster: nearby-friends, image: {tag: "1"}}
            """;
    private static final String EVERYTHING = GATEWAY + """
            watchNamespaces: [blue, green]
            imagePullSecrets: [registry]
            monitoring:
              serviceMonitor: {enabled: true, labels: {release: prometheus}}
              podMonitor: {enabled: true}
              rules: {enabled: true}
              dashboards: {enabled: true, annotations: {folder: Slackwater}}
            """;

    @Test
    void lint_finds_nothing() {
        assertThat(Chart.lint().isFailed()).as("%s", Chart.lint().getMessages()).isFalse();
        assertThat(Chart.lint().getMessages()).noneMatch(line -> line.contains("WARNING") || line.contains("ERROR"));
    }

    /** Every switch alone, and all together. */
    static Stream<String> values() {
        return Stream.of(
                "{}",
                "watchNamespaces: [blue]",
                "crds: {install: false}",
                "replicas: 1",
                "podDisruptionBudget: {enabled: false}",
                "rbac: {create: false, aggregate: false}",
                "serviceAccount: {create: false, name: given}",
                "serviceAccount: {annotations: {a: b}}",
                "networkPolicy: {enabled: false}",
                "networkPolicy: {metricsFrom: [{podSelector: {}}], nodes: {namespaces: [blue], from: [{podSelector: {}}]}}",
                "fullnameOverride: tide",
                "image: {digest: 'sha256:" + "0".repeat(64) + "'}",
                "jvmOptions: -Xlog:gc",
                "extraEnv: [{name: A, value: b}]",
                "{nodeSelector: {a: b}, tolerations: [{key: a}], priorityClassName: high, affinity: {nodeAffinity: {}}}",
                "{podLabels: {team: chat}, podAnnotations: {a: b}}",
                GATEWAY,
                "gateway: {enabled: true, cluster: c, image: {tag: '1'}, replicas: 1, seeds: ['a:1'], tokensSecret: t,"
                        + " memberSecret: mine, tls: false,"
                        + " allowedOrigins: ['https://a'], jvmOptions: -Xmx1g, extraEnv: [{name: A, value: b}],"
                        + " podLabels: {a: b}, podAnnotations: {a: b}, nodeSelector: {a: b}, tolerations: [{key: a}],"
                        + " affinity: {nodeAffinity: {}}, service: {type: NodePort, annotations: {a: b}}}",
                "monitoring: {serviceMonitor: {enabled: true}, rules: {enabled: true}, dashboards: {enabled: true}}",
                "monitoring: {podMonitor: {enabled: true}}",
                EVERYTHING);
    }

    @ParameterizedTest
    @MethodSource("values")
    void every_object_is_named_labelled_and_in_a_namespace_if_it_has_one(String values) {
        List<HasMetadata> objects =
                Chart.render(values).stream().map(Manifest::object).toList();
        assertThat(objects).isNotEmpty().allSatisfy(object -> {
            assertThat(object.getMetadata().getName()).isNotBlank();
            assertThat(object.getMetadata().getLabels()).containsEntry("app.kubernetes.io/part-of", "slackwater");
            boolean global = List.of("CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding")
                    .contains(object.getKind());
            assertThat(object.getMetadata().getNamespace() == null)
                    .as("%s %s", object.getKind(), object.getMetadata().getName())
                    .isEqualTo(global);
        });
        assertThat(objects)
                .as("no object twice")
                .extracting(o -> o.getKind() + " " + o.getMetadata().getNamespace() + "/"
                        + o.getMetadata().getName())
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("values")
    void every_pod_satisfies_the_restricted_standard(String values) {
        assertThat(deployments(values)).isNotEmpty().allSatisfy(deployment -> {
            PodTemplateSpec pod = deployment.getSpec().getTemplate();
            assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSpec().getSecurityContext().getRunAsUser()).isPositive();
            assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
                    .isEqualTo("RuntimeDefault");
            for (Container container : pod.getSpec().getContainers()) {
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getSecurityContext().getCapabilities().getDrop())
                        .containsExactly("ALL");
                assertThat(container.getResources().getLimits()).containsKey("memory");
                assertThat(container.getLivenessProbe()).isNotNull();
                assertThat(container.getReadinessProbe()).isNotNull();
            }
            assertThat(pod.getSpec().getEnableServiceLinks())
                    .as("a Service named slackwater would set SLACKWATER_PORT")
                    .isFalse();
        });
    }

    @Test
    void nothing_in_a_gateways_pod_comes_from_the_charts_version() {
        PodTemplateSpec pod = deployments(GATEWAY).stream()
                .filter(d -> d.getMetadata().getName().equals("slackwater-gateway"))
                .findFirst()
                .orElseThrow()
                .getSpec()
                .getTemplate();
        assertThat(pod.getMetadata().getLabels())
                .containsEntry("slackwater.io/member", "true")
                .doesNotContainKeys("helm.sh/chart", "app.kubernetes.io/version");
        assertThat(pod.toString()).doesNotContain("0.1.0");
        assertThat(pod.getSpec().getContainers().getFirst().getImage()).isEqualTo("slackwater/gateway:1");
    }

    @Test
    void definitions_stay_when_the_release_goes() {
        List<CustomResourceDefinition> definitions = objects("{}", CustomResourceDefinition.class);
        assertThat(definitions)
                .isNotEmpty()
                .allSatisfy(definition -> assertThat(definition.getMetadata().getAnnotations())
                        .containsEntry("helm.sh/resource-policy", "keep"));
        assertThat(objects("crds: {install: false}", CustomResourceDefinition.class))
                .isEmpty();
    }

    @Test
    void with_namespaces_named_there_are_no_rights_beyond_them() {
        List<HasMetadata> objects = Chart.render("{watchNamespaces: [blue, green], rbac: {aggregate: false}}").stream()
                .map(Manifest::object)
                .toList();
        assertThat(objects).noneMatch(object -> object.getKind().startsWith("ClusterRole"));
        assertThat(objects)
                .filteredOn(object -> object.getKind().equals("Role"))
                .extracting(object -> object.getMetadata().getNamespace())
                .containsExactlyInAnyOrder("blue", "green", Chart.NAMESPACE);
        assertThat(deployments("watchNamespaces: [blue, green]")
                        .getFirst()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getEnv())
                .anyMatch(env -> env.getName().equals("SLACKWATER_NAMESPACES")
                        && env.getValue().equals("blue,green"));
    }

    @Test
    void nodes_are_reached_by_members_and_the_operator_only() {
        NetworkPolicy nodes = objects("{}", NetworkPolicy.class).stream()
                .filter(policy -> policy.getMetadata().getName().equals("slackwater-nodes"))
                .findFirst()
                .orElseThrow();
        assertThat(nodes.getSpec().getPodSelector().getMatchLabels()).isEqualTo(Map.of("slackwater.io/role", "node"));
        var from = nodes.getSpec().getIngress().getFirst().getFrom();
        assertThat(from).hasSize(2);
        assertThat(from.get(0).getPodSelector().getMatchLabels()).isEqualTo(Map.of("slackwater.io/member", "true"));
        assertThat(from.get(0).getNamespaceSelector()).isNull();
        assertThat(from.get(1).getPodSelector().getMatchLabels())
                .isEqualTo(deployments("{}")
                        .getFirst()
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getLabels());
        assertThat(nodes.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
    }

    @Test
    void a_budget_needs_a_second_replica() {
        assertThat(Chart.render("{}")).anyMatch(m -> m.template().equals("operator/poddisruptionbudget.yaml"));
        assertThat(Chart.render("replicas: 1"))
                .noneMatch(m -> m.template().equals("operator/poddisruptionbudget.yaml"));
    }

    @Test
    void notes_tell_the_next_command() {
        assertThat(Chart.notes("{}"))
                .contains("scripts/images")
                .contains("kubectl -n slackwater-system rollout status deployment/slackwater-operator")
                .contains("kind: PubSubCluster")
                .contains("slackwater.io/member=true");
        assertThat(Chart.notes(GATEWAY))
                .contains("port-forward service/slackwater-gateway")
                .contains("scale psc/nearby-friends --replicas=5");
        assertThat(Chart.notes("{watchNamespaces: [blue], image: {repository: registry.example.com/operator}}"))
                .contains("kubectl -n blue apply")
                .doesNotContain("scripts/images");
    }

    private static List<Deployment> deployments(String values) {
        return objects(values, Deployment.class);
    }

    private static <T extends HasMetadata> List<T> objects(String values, Class<T> type) {
        return Chart.render(values).stream()
                .map(Manifest::object)
                .filter(Objects::nonNull)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
