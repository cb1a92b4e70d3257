package io.slackwater.operator.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The difference of two statuses as a JSON patch (RFC 6902). It names what differs and nothing else, so that fields which this
 * version does not know, written by a newer one, stay as they are, inside the items of the keyed lists too. It can only be applied
 * to the very version of the object that {@code before} was read from, and carries that version's number.
 */
final class StatusPatch {
    /** Lists whose items have a name, by field: as in the definition. */
    private static final Map<String, String> KEYS = Map.of("nodes", "pod", "gateways", "pod", "conditions", "type");

    private final ArrayNode operations = JsonNodeFactory.instance.arrayNode();

    private StatusPatch() {}

    /**
     * The patch; empty when nothing differs.
     *
     * @param version the object's resource version; the API server refuses the patch when it is not the present one
     * @param before null when the object has no status
     */
    static ArrayNode of(String version, @Nullable ObjectNode before, ObjectNode after) {
        StatusPatch patch = new StatusPatch();
        if (before == null) {
            patch.put("/status", after);
        } else {
            patch.object("/status", before, after);
        }
        if (!patch.operations.isEmpty()) {
            patch.operations
                    .insertObject(0)
                    .put("op", "replace")
                    .put("path", "/metadata/resourceVersion")
                    .put("value", version);
        }
        return patch.operations;
    }

    private void object(String path, ObjectNode before, ObjectNode after) {
        before.fieldNames().forEachRemaining(field -> {
            if (!after.has(field)) {
                remove(path + "/" + field);
            }
        });
        after.properties().forEach(member -> {
            String field = path + "/" + member.getKey();
            JsonNode old = before.get(member.getKey());
            JsonNode now = member.getValue();
            if (now.equals(old)) {
                return;
            }
            String key = KEYS.get(member.getKey());
            if (old instanceof ObjectNode from && now instanceof ObjectNode to) {
                object(field, from, to);
            } else if (key != null && old instanceof ArrayNode from && now instanceof ArrayNode to && !from.isEmpty()) {
                list(field, key, from, to);
            } else {
                put(field, now);
            }
        });
    }

    /** Items that stay are changed in place. A list whose items change places is written anew. */
    private void list(String path, String key, ArrayNode before, ArrayNode after) {
        Map<String, ObjectNode> old = named(before, key);
        Map<String, ObjectNode> now = named(after, key);
        List<String> staying = old.keySet().stream().filter(now::containsKey).toList();
        if (!staying.equals(now.keySet().stream().filter(old::containsKey).toList())) {
            put(path, after);
            return;
        }
        List<String> names = List.copyOf(old.keySet());
        for (int i = names.size() - 1; i >= 0; i--) {
            if (!now.containsKey(names.get(i))) {
                remove(path + "/" + i);
            }
        }
        int at = 0;
        for (Map.Entry<String, ObjectNode> item : now.entrySet()) {
            ObjectNode from = old.get(item.getKey());
            if (from == null) {
                put(path + "/" + at, item.getValue());
            } else {
                object(path + "/" + at, from, item.getValue());
            }
            at++;
        }
    }

    private static Map<String, ObjectNode> named(ArrayNode list, String key) {
        Map<String, ObjectNode> named = new LinkedHashMap<>();
        list.forEach(item -> named.put(item.path(key).asText(), (ObjectNode) item));
        return named;
    }

    private void put(String path, JsonNode value) {
        operations.addObject().put("op", "add").put("path", path).set("value", value.deepCopy());
    }

    private void remove(String path) {
        operations.addObject().put("op", "remove").put("path", path);
    }
}
