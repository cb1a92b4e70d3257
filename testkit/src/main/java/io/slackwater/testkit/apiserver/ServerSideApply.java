package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * Server-side apply: an applied configuration is laid over the object; what the same manager applied before and leaves
 * out now is removed, unless somebody else applied it too.
 *
 * <p>Coarser than the real one: a list is one value (finalizers aside), and only appliers own fields.
 *
 * @param manager the field manager that applies
 * @param force whether fields of other managers are taken over instead of being a conflict
 * @param subresource "" or {@code status}
 */
record ServerSideApply(String manager, boolean force, String subresource, Instant now) {
    private static final List<String> IDENTITY = List.of(
            "name",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "managedFields");

    /**
     * @param current the object as it is, or one with metadata only if it is to be created
     * @throws ApiError 409 when another manager owns a field with another value and this one does not force
     */
    ObjectNode apply(ObjectNode current, ObjectNode configuration) {
        ObjectNode applied = withoutIdentity(configuration);
        FieldSet wanted = FieldSet.of(applied);
        FieldSet dropped = new FieldSet(java.util.Set.of());
        ArrayNode managers = Json.metadata(Json.object()).arrayNode();
        boolean unchangedEntry = false;
        FieldSet ofOthers = new FieldSet(new java.util.HashSet<>());
        for (JsonNode entry : current.path("metadata").path("managedFields")) {
            FieldSet owned = FieldSet.parse(entry.path("fieldsV1"));
            if (isMine(entry)) {
                dropped = owned.minus(wanted);
                if (owned.equals(wanted)) {
                    managers.add(entry);
                    unchangedEntry = true;
                }
                continue;
            }
            List<List<String>> contested = owned.differing(wanted, current, applied);
            if (!contested.isEmpty() && !force) {
                throw ApiError.conflict("Apply failed with 1 conflict: conflict with \""
                        + entry.path("manager").asText() + "\": " + contested);
            }
            FieldSet kept = owned.minus(new FieldSet(java.util.Set.copyOf(contested)));
            ofOthers.paths().addAll(kept.paths());
            if (!kept.paths().isEmpty()) {
                managers.add(kept.equals(owned) ? entry : withFields(entry, kept));
            }
        }
        ObjectNode result = current.deepCopy();
        dropped.minus(ofOthers).removeFrom(result);
        overlay(result, applied);
        if (!unchangedEntry) {
            managers.add(entry(configuration, wanted));
        }
        Json.metadata(result).set("managedFields", managers);
        return result;
    }

    private boolean isMine(JsonNode entry) {
        return entry.path("manager").asText().equals(manager)
                && entry.path("operation").asText().equals("Apply")
                && entry.path("subresource").asText("").equals(subresource);
    }

    private ObjectNode entry(ObjectNode configuration, FieldSet fields) {
        ObjectNode entry = Json.object();
        entry.put("manager", manager).put("operation", "Apply");
        entry.put("apiVersion", configuration.path("apiVersion").asText());
        entry.put("time", Timestamps.format(now)).put("fieldsType", "FieldsV1");
        entry.set("fieldsV1", fields.toFieldsV1());
        if (!subresource.isEmpty()) {
            entry.put("subresource", subresource);
        }
        return entry;
    }

    private static ObjectNode withFields(JsonNode entry, FieldSet fields) {
        ObjectNode copy = entry.deepCopy();
        copy.set("fieldsV1", fields.toFieldsV1());
        return copy;
    }

    private ObjectNode withoutIdentity(ObjectNode configuration) {
        ObjectNode applied = configuration.deepCopy();
        applied.remove(List.of("apiVersion", "kind"));
        if (applied.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove(IDENTITY);
            if (metadata.isEmpty()) {
                applied.remove("metadata");
            }
        }
        if (subresource.equals("status")) {
            applied.retain("status");
        }
        return applied;
    }

    private static void overlay(ObjectNode target, ObjectNode applied) {
        applied.properties().forEach(entry -> {
            String field = entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isNull()) {
                target.remove(field);
            } else if (value instanceof ObjectNode object) {
                overlay(Json.child(target, field), object);
            } else if (field.equals("finalizers") && target.get(field) instanceof ArrayNode present) {
                unite(present, value);
            } else {
                target.set(field, value.deepCopy());
            }
        });
    }

    private static void unite(ArrayNode present, JsonNode more) {
        for (JsonNode item : more) {
            boolean there = false;
            for (JsonNode old : present) {
                there |= old.equals(item);
            }
            if (!there) {
                present.add(item.deepCopy());
            }
        }
    }
}
