package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.slackwater.testkit.apiserver.ResourceType.ScalePaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;

/** The kinds the server knows: the built-in ones and those of the CustomResourceDefinitions created so far. */
final class ResourceTypes {
    private static final ScalePaths WORKLOAD = new ScalePaths(".spec.replicas", ".status.replicas", "");

    private final List<ResourceType> types = new CopyOnWriteArrayList<>();

    ResourceTypes() {
        core("pods", "Pod", true, true, "po");
        core("services", "Service", true, true, "svc");
        core("configmaps", "ConfigMap", true, false, "cm");
        core("secrets", "Secret", true, false);
        core("events", "Event", true, false, "ev");
        core("endpoints", "Endpoints", true, false, "ep");
        core("serviceaccounts", "ServiceAccount", true, false, "sa");
        core("persistentvolumeclaims", "PersistentVolumeClaim", true, true, "pvc");
        core("namespaces", "Namespace", false, true, "ns");
        core("nodes", "Node", false, true, "no");
        of("apps", "v1", "deployments", "Deployment", true, true, Optional.of(WORKLOAD), "deploy");
        of("apps", "v1", "statefulsets", "StatefulSet", true, true, Optional.of(WORKLOAD), "sts");
        of("apps", "v1", "replicasets", "ReplicaSet", true, true, Optional.of(WORKLOAD), "rs");
        of("batch", "v1", "jobs", "Job", true, true, Optional.empty());
        of("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true, true, Optional.empty());
        of("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, true, Optional.empty(), "pdb");
        of("coordination.k8s.io", "v1", "leases", "Lease", true, false, Optional.empty());
        of("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true, false, Optional.empty());
        of("events.k8s.io", "v1", "events", "Event", true, false, Optional.empty());
        of("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, false, Optional.empty());
        for (String kind : List.of("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")) {
            String plural = kind.toLowerCase(java.util.Locale.ROOT) + "s";
            of("rbac.authorization.k8s.io", "v1", plural, kind, !kind.startsWith("C"), false, Optional.empty());
        }
        String crd = "CustomResourceDefinition";
        of("apiextensions.k8s.io", "v1", "customresourcedefinitions", crd, false, true, Optional.empty(), "crd");
    }

    /** The kind behind a path, if it is known. */
    Optional<ResourceType> find(String group, String version, String plural) {
        return types.stream()
                .filter(type -> type.group().equals(group)
                        && type.version().equals(version)
                        && type.plural().equals(plural))
                .findFirst();
    }

    List<ResourceType> all() {
        return List.copyOf(types);
    }

    /** Adds or replaces the kinds that a CustomResourceDefinition defines, one per served version. */
    void define(JsonNode crd) {
        JsonNode spec = crd.path("spec");
        String group = spec.path("group").asText();
        String plural = spec.path("names").path("plural").asText();
        List<ResourceType> served = new ArrayList<>();
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean(true)) {
                served.add(new ResourceType(
                        group,
                        version.path("name").asText(),
                        plural,
                        spec.path("names").path("kind").asText(),
                        texts(spec.path("names").path("shortNames")),
                        !spec.path("scope").asText().equals("Cluster"),
                        version.path("subresources").has("status"),
                        scale(version.path("subresources").path("scale")),
                        version));
            }
        }
        forget(crd);
        types.addAll(served);
    }

    /** Removes what a CustomResourceDefinition defined. */
    void forget(JsonNode crd) {
        String group = crd.path("spec").path("group").asText();
        String plural = crd.path("spec").path("names").path("plural").asText();
        types.removeIf(type ->
                type.custom() && type.group().equals(group) && type.plural().equals(plural));
    }

    private static Optional<ScalePaths> scale(JsonNode scale) {
        return scale.isObject()
                ? Optional.of(new ScalePaths(
                        scale.path("specReplicasPath").asText(".spec.replicas"),
                        scale.path("statusReplicasPath").asText(".status.replicas"),
                        scale.path("labelSelectorPath").asText("")))
                : Optional.empty();
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private void core(String plural, String kind, boolean namespaced, boolean status, String... shortNames) {
        of("", "v1", plural, kind, namespaced, status, Optional.empty(), shortNames);
    }

    private void of(
            String group,
            String version,
            String plural,
            String kind,
            boolean namespaced,
            boolean status,
            Optional<ScalePaths> scale,
            String... shortNames) {
        types.add(new ResourceType(
                group,
                version,
                plural,
                kind,
                List.of(shortNames),
                namespaced,
                status,
                scale,
                MissingNode.getInstance()));
    }

    /** Group to its versions, in the order they were added. */
    Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new java.util.LinkedHashMap<>();
        for (ResourceType type : types) {
            List<String> versions = groups.computeIfAbsent(type.group(), g -> new ArrayList<>());
            if (!versions.contains(type.version())) {
                versions.add(type.version());
            }
        }
        return groups;
    }
}
