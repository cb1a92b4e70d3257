package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which fields of an object somebody owns, as paths of steps {@code f:name}, the form of {@code managedFields}.
 *
 * <p>Lists count as one value, except finalizers, whose entries are owned one by one ({@code v:"name"}).
 */
record FieldSet(Set<List<String>> paths) {
    private static final List<String> FINALIZERS = List.of("f:metadata", "f:finalizers");

    /** The fields that an applied configuration sets, identity aside. */
    static FieldSet of(ObjectNode applied) {
        Set<List<String>> paths = new HashSet<>();
        collect(applied, List.of(), paths);
        return new FieldSet(paths);
    }

    static FieldSet parse(JsonNode fieldsV1) {
        Set<List<String>> paths = new HashSet<>();
        parse(fieldsV1, List.of(), paths);
        return new FieldSet(paths);
    }

    ObjectNode toFieldsV1() {
        ObjectNode root = Json.object();
        for (List<String> path : paths) {
            ObjectNode node = root;
            for (String step : path) {
                node = Json.child(node, step);
            }
        }
        return root;
    }

    FieldSet minus(FieldSet other) {
        Set<List<String>> left = new HashSet<>(paths);
        left.removeAll(other.paths);
        return new FieldSet(left);
    }

    /** The paths in both whose values differ between the two objects. */
    List<List<String>> differing(FieldSet other, JsonNode one, JsonNode two) {
        return paths.stream()
                .filter(other.paths::contains)
                .filter(path -> !path.getLast().startsWith("v:"))
                .filter(path -> !at(one, path).equals(at(two, path)))
                .toList();
    }

    /** Removes these fields from the object, and what becomes empty by it. */
    void removeFrom(ObjectNode object) {
        paths.forEach(path -> remove(object, path));
    }

    static JsonNode at(JsonNode object, List<String> path) {
        JsonNode node = object;
        for (String step : path) {
            node = node.path(step.substring(2));
        }
        return node;
    }

    private static void remove(ObjectNode object, List<String> path) {
        if (path.getLast().startsWith("v:")) {
            if (at(object, FINALIZERS) instanceof ArrayNode list) {
                String value = path.getLast().substring(2);
                list.removeIf(item -> item.toString().equals(value));
            }
            return;
        }
        String field = path.getFirst().substring(2);
        if (path.size() == 1) {
            object.remove(field);
        } else if (object.get(field) instanceof ObjectNode child) {
            remove(child, path.subList(1, path.size()));
            if (child.isEmpty()) {
                object.remove(field);
            }
        }
    }

    private static void collect(ObjectNode node, List<String> prefix, Set<List<String>> into) {
        node.properties().forEach(entry -> {
            List<String> path = append(prefix, "f:" + entry.getKey());
            if (path.equals(FINALIZERS)) {
                entry.getValue().forEach(item -> into.add(append(path, "v:" + item)));
            } else if (entry.getValue() instanceof ObjectNode child && !child.isEmpty()) {
                collect(child, path, into);
            } else {
                into.add(path);
            }
        });
    }

    private static void parse(JsonNode node, List<String> prefix, Set<List<String>> into) {
        node.properties().forEach(entry -> {
            List<String> path = append(prefix, entry.getKey());
            if (entry.getValue().isEmpty()) {
                into.add(path);
            } else {
                parse(entry.getValue(), path, into);
            }
        });
    }

    private static List<String> append(List<String> prefix, String step) {
        List<String> path = new ArrayList<>(prefix);
        path.add(step);
        return List.copyOf(path);
    }
}
