package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Fills in the defaults of a structural schema, outer ones first, as a real server does. */
final class SchemaDefaults {
    private SchemaDefaults() {}

    static void apply(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                String name = property.getKey();
                JsonNode own = property.getValue();
                JsonNode present = object.get(name);
                boolean absent = present == null
                        || present.isNull() && !own.path("nullable").asBoolean();
                if (absent && own.has("default")) {
                    object.set(name, own.get("default").deepCopy());
                }
                apply(own, object.path(name));
            });
            JsonNode others = schema.path("additionalProperties");
            if (others.isObject()) {
                object.forEach(each -> apply(others, each));
            }
        } else if (value.isArray()) {
            value.forEach(each -> apply(schema.path("items"), each));
        }
    }
}
