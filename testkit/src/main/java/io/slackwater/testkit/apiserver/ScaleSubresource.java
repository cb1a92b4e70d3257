package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slackwater.testkit.apiserver.ResourceType.ScalePaths;
import java.util.List;

/** The scale of an object, read from and written to the paths its type names. */
record ScaleSubresource(ScalePaths paths) {

    /** The object's scale as an {@code autoscaling/v1} object. */
    ObjectNode read(ObjectNode object) {
        ObjectNode scale = Json.object("autoscaling/v1", "Scale");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            Json.put(metadata, field, object.path("metadata").path(field));
        }
        scale.putObject("spec").put("replicas", at(object, paths.specReplicas()).asInt(0));
        ObjectNode status = scale.putObject("status");
        status.put("replicas", at(object, paths.statusReplicas()).asInt(0));
        if (!paths.selector().isEmpty()) {
            status.put("selector", at(object, paths.selector()).asText(""));
        }
        return scale;
    }

    /**
     * The object with the replicas of the scale, and with its resourceVersion when it names one, so that a stale one is
     * found out.
     */
    ObjectNode write(ObjectNode object, ObjectNode scale) {
        int replicas = scale.path("spec").path("replicas").asInt(0);
        if (replicas < 0) {
            throw ApiError.invalid("spec.replicas: Invalid value: " + replicas + ": should be non-negative");
        }
        ObjectNode result = object.deepCopy();
        List<String> steps = steps(paths.specReplicas());
        ObjectNode parent = result;
        for (String step : steps.subList(0, steps.size() - 1)) {
            parent = Json.child(parent, step);
        }
        parent.put(steps.getLast(), replicas);
        Json.put(
                Json.metadata(result), "resourceVersion", scale.path("metadata").path("resourceVersion"));
        return result;
    }

    private static JsonNode at(JsonNode object, String path) {
        JsonNode node = object;
        for (String step : steps(path)) {
            node = node.path(step);
        }
        return node;
    }

    private static List<String> steps(String path) {
        return List.of((path.startsWith(".") ? path.substring(1) : path).split("\\.", -1));
    }
}
