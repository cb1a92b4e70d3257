package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.Map;
import java.util.Optional;

/** The three ways of patching besides server-side apply. None modifies its arguments. */
final class Patches {
    /** Lists that a strategic merge joins by key instead of replacing them: the ones met in practice. */
    private static final Map<String, String> LIST_KEYS = Map.of(
            "containers", "name",
            "initContainers", "name",
            "volumes", "name",
            "env", "name",
            "conditions", "type",
            "ownerReferences", "uid");

    private Patches() {}

    /** RFC 6902. */
    static ObjectNode json(ObjectNode target, JsonNode operations) {
        try {
            if (JsonPatch.apply(operations, target) instanceof ObjectNode result) {
                return result;
            }
        } catch (RuntimeException e) {
            throw ApiError.invalid("the JSON patch does not fit the object: " + e.getMessage());
        }
        throw ApiError.invalid("the JSON patch does not leave an object");
    }

    /** RFC 7386: null removes, lists are replaced. */
    static ObjectNode merge(ObjectNode target, ObjectNode patch) {
        return merge(target, patch, false);
    }

    /** Kubernetes' own merge, for the lists in {@link #LIST_KEYS}; other lists are replaced, directives not known. */
    static ObjectNode strategic(ObjectNode target, ObjectNode patch) {
        return merge(target, patch, true);
    }

    private static ObjectNode merge(ObjectNode target, ObjectNode patch, boolean strategic) {
        ObjectNode result = target.deepCopy();
        patch.properties().forEach(entry -> {
            String field = entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isNull()) {
                result.remove(field);
            } else if (value instanceof ObjectNode object) {
                ObjectNode before = result.get(field) instanceof ObjectNode existing ? existing : Json.object();
                result.set(field, merge(before, object, strategic));
            } else if (strategic
                    && value instanceof ArrayNode list
                    && result.get(field) instanceof ArrayNode before
                    && LIST_KEYS.containsKey(field)) {
                result.set(field, join(before, list, LIST_KEYS.get(field)));
            } else {
                result.set(field, value.deepCopy());
            }
        });
        return result;
    }

    private static ArrayNode join(ArrayNode before, ArrayNode patch, String key) {
        ArrayNode result = before.deepCopy();
        for (JsonNode item : patch) {
            Optional<Integer> index = indexOf(result, key, item.path(key).asText());
            boolean delete = item.path("$patch").asText().equals("delete");
            if (index.isEmpty()) {
                if (!delete) {
                    result.add(item.deepCopy());
                }
            } else if (delete) {
                result.remove(index.get());
            } else if (result.get(index.get()) instanceof ObjectNode old && item instanceof ObjectNode change) {
                result.set(index.get(), merge(old, change, true));
            }
        }
        return result;
    }

    private static Optional<Integer> indexOf(ArrayNode list, String key, String value) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path(key).asText().equals(value)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }
}
