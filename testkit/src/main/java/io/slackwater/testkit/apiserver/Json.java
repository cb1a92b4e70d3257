package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reading and writing objects as JSON trees. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ObjectNode object(String apiVersion, String kind) {
        return object().put("kind", kind).put("apiVersion", apiVersion);
    }

    /** Parses JSON, or YAML when the text does not begin like JSON (an apply-patch may be YAML). */
    static JsonNode parse(byte[] bytes) {
        try {
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            boolean json = text.startsWith("{") || text.startsWith("[");
            JsonNode node = text.isEmpty() ? MissingNode.getInstance() : (json ? MAPPER : YAML).readTree(text);
            return node == null ? MissingNode.getInstance() : node;
        } catch (IOException e) {
            throw ApiError.badRequest("the body is not valid JSON: " + e.getMessage());
        }
    }

    static ObjectNode parseObject(byte[] bytes) {
        if (parse(bytes) instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.badRequest("the body has to be one JSON object");
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }

    /** The object under this name, which is created when there is none. */
    static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode object ? object : parent.putObject(name);
    }

    static ObjectNode metadata(ObjectNode object) {
        return child(object, "metadata");
    }

    /** A field of the metadata as text, or "" when absent. */
    static String meta(JsonNode object, String field) {
        return object.path("metadata").path(field).asText("");
    }

    /** Sets the field, or removes it when the value is null or absent. */
    static void put(ObjectNode object, String field, @Nullable JsonNode value) {
        if (value == null || value.isMissingNode() || value.isNull()) {
            object.remove(field);
        } else {
            object.set(field, value);
        }
    }
}
