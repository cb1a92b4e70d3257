package io.slackwater.helm;

import io.slackwater.helm.Chart.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is copied into the chart (definitions from {@code deploy/crds}, rights from {@code deploy/rbac}, because Helm reads only its own
 * folder) and what is made from it ({@code deploy/operator}, {@code deploy/gateway}, {@code deploy/monitoring}, the table of values).
 */
final class Generated {
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final String NOTE =
            "# Generated from the chart: ./mvnw -pl helm test -Dslackwater.write=true; do not edit.\n";
    private static final String FROM_DEPLOY = "# Copied from %s; do not edit.\n";
    static final Path INSTALL_PAGE = Path.of("..", "docs", "install.md");

    private Generated() {}

    /** Every generated file with the text it should have. */
    static Map<Path, String> files() throws IOException {
        Map<Path, String> files = new TreeMap<>();
        try (Stream<Path> definitions = Files.list(DEPLOY.resolve("crds"))) {
            for (Path definition :
                    definitions.filter(file -> file.toString().endsWith(".yml")).toList()) {
                files.put(
                        Chart.FOLDER.resolve("files/crds").resolve(definition.getFileName()),
                        Files.readString(definition));
            }
        }
        files.put(
                DEPLOY.resolve("crds/kustomization.yaml"),
                kustomization(
                        "The definitions alone: kubectl apply --server-side -k deploy/crds",
                        files.keySet().stream()
                                .map(file -> file.getFileName().toString())
                                .sorted()
                                .toList(),
                        ""));
        files.put(Chart.FOLDER.resolve("files/rules/operator.yaml"), rules("slackwater-operator"));
        files.put(Chart.FOLDER.resolve("files/rules/machines.yaml"), rules("slackwater-operator-machines"));
        files.put(Chart.FOLDER.resolve("files/rules/lease.yaml"), rules("slackwater-operator-lease"));
        plain(files);
        files.put(INSTALL_PAGE, ValuesTable.in(Files.readString(INSTALL_PAGE)));
        return files;
    }

    private static void plain(Map<Path, String> files) {
        String everything = """
                crds: {install: false}
                gateway: {enabled: true, cluster: nearby-friends, image: {tag: 0.1.0-SNAPSHOT}}
                monitoring:
                  serviceMonitor: {enabled: true}
                  podMonitor: {enabled: true}
                  rules: {enabled: true}
                  dashboards: {enabled: true}
                """;
        List<Manifest> manifests = Chart.render(everything);
        Predicate<Manifest> gateway =
                m -> m.template().startsWith("gateway/") || m.template().equals("network/gateway.yaml");
        Predicate<Manifest> monitoring =
                m -> m.template().startsWith("monitoring/") || m.template().equals("operator/service.yaml");
        files.put(
                DEPLOY.resolve("operator/operator.yaml"),
                text(manifests, gateway.or(monitoring).negate()));
        files.put(DEPLOY.resolve("operator/namespace.yaml"), NOTE + """
                        apiVersion: v1
                        kind: Namespace
                        metadata:
                          name: slackwater-system
                          labels: {pod-security.kubernetes.io/enforce: restricted}
                        """);
        files.put(
                DEPLOY.resolve("operator/kustomization.yaml"),
                kustomization(
                        "Definitions and operator, as the chart installs them: kubectl apply --server-side -k deploy/operator",
                        List.of("../crds", "namespace.yaml", "operator.yaml"),
                        ""));
        files.put(DEPLOY.resolve("gateway/gateway.yaml"), text(manifests, gateway));
        files.put(
                DEPLOY.resolve("gateway/kustomization.yaml"),
                kustomization("Gateways of the sample nearby-friends", List.of("gateway.yaml"), ""));
        files.put(DEPLOY.resolve("monitoring/monitoring.yaml"), text(manifests, monitoring));
        files.put(
                DEPLOY.resolve("monitoring/kustomization.yaml"),
                kustomization(
                        "Monitors, alerts and dashboards; needs the Prometheus operator",
                        List.of("monitoring.yaml"),
                        ""));
    }

    /** Without the labels that say that Helm looks after the object. */
    private static String text(List<Manifest> manifests, Predicate<Manifest> which) {
        return NOTE
                + manifests.stream()
                        .filter(which)
                        .map(Manifest::text)
                        .map(text -> text.replaceAll(
                                "(?m)^ *(app\\.kubernetes\\.io/managed-by: Helm|helm\\.sh/chart: .*)\\n", ""))
                        .collect(Collectors.joining("---\n"));
    }

    private static String kustomization(String what, List<String> resources, String more) {
        return NOTE + "# " + what + "\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
                + resources.stream().map(it -> "  - " + it + "\n").collect(Collectors.joining()) + more;
    }

    /** The rules of the role of this name in {@code deploy/rbac/operator.yaml}, word for word. */
    private static String rules(String role) throws IOException {
        Path source = DEPLOY.resolve("rbac/operator.yaml");
        for (String document : Files.readString(source).split("(?m)^---\\n")) {
            if (document.contains("Role\nmetadata: {name: " + role + "}\n")
                    || document.contains("Role\nmetadata: {name: " + role + ",")) {
                return FROM_DEPLOY.formatted("deploy/rbac/operator.yaml")
                        + document.substring(document.indexOf("rules:")).stripTrailing() + "\n";
            }
        }
        throw new IllegalStateException(source + " has no " + role);
    }
}
