package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * One kind of object the server knows, in one version.
 *
 * @param group the API group, "" for the core group
 * @param namespaced whether objects live in a namespace
 * @param status whether {@code /status} is a subresource, and the main resource therefore ignores status
 * @param scale where {@code /scale} finds its figures, or empty when there is no such subresource
 * @param definition this version's part of the CustomResourceDefinition; a missing node for built-in kinds
 */
record ResourceType(
        String group,
        String version,
        String plural,
        String kind,
        List<String> shortNames,
        boolean namespaced,
        boolean status,
        Optional<ScalePaths> scale,
        JsonNode definition) {

    /** Whether it came from a CustomResourceDefinition. */
    boolean custom() {
        return definition.isObject();
    }

    /** Its structural schema; a missing node for built-in kinds. */
    JsonNode schema() {
        return definition.path("schema").path("openAPIV3Schema");
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code pods} or {@code leases.coordination.k8s.io}: the same for all versions of a kind. */
    String qualifiedName() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    boolean isPod() {
        return group.isEmpty() && plural.equals("pods");
    }

    /** Whether an update has to name the resourceVersion it is based on. */
    boolean updateNeedsVersion() {
        return custom() || group.equals("coordination.k8s.io");
    }

    /**
     * JSON paths as in a CustomResourceDefinition, such as {@code .spec.replicas}.
     *
     * @param selector path of the label selector in text form, or "" when there is none
     */
    record ScalePaths(String specReplicas, String statusReplicas, String selector) {}
}
