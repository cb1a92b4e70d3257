package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lists as tables, the form kubectl prints: printer columns of custom resources, the usual ones of pods. */
record Tables(Instant now) {
    private static final Pattern FILTER =
            Pattern.compile("(\\w+)\\[\\?\\(@\\.(\\w+)\\s*==\\s*[\"']([^\"']*)[\"']\\)\\]");
    private static final Pattern OUTSIDE_BRACKETS = Pattern.compile("\\.(?![^\\[]*\\])");

    private record Column(String name, String type, String path) {}

    static boolean wanted(HttpRequest request) {
        return request.header("accept").contains("as=Table");
    }

    /** The objects as one table. */
    ObjectNode of(ResourceType type, List<ObjectNode> objects, String resourceVersion) {
        ObjectNode table = Json.object("meta.k8s.io/v1", "Table");
        table.putObject("metadata").put("resourceVersion", resourceVersion);
        List<Column> columns = columns(type);
        ArrayNode definitions = table.putArray("columnDefinitions");
        for (Column column : columns) {
            definitions
                    .addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("format", column.name().equals("Name") ? "name" : "")
                    .put("description", "")
                    .put("priority", 0);
        }
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            columns.forEach(column -> cells.add(cell(column, object)));
            row.set("object", object);
        }
        return table;
    }

    private static List<Column> columns(ResourceType type) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("Name", "string", ".metadata.name"));
        if (type.isPod()) {
            columns.add(new Column("Ready", "string", "ready"));
            columns.add(new Column("Status", "string", "phase"));
            columns.add(new Column("Restarts", "string", "restarts"));
            columns.add(new Column("Age", "date", ".metadata.creationTimestamp"));
            columns.add(new Column("IP", "string", ".status.podIP"));
            return columns;
        }
        JsonNode own = type.definition().path("additionalPrinterColumns");
        for (JsonNode column : own) {
            if (column.path("priority").asInt(0) == 0) {
                columns.add(new Column(
                        column.path("name").asText(),
                        column.path("type").asText(),
                        column.path("jsonPath").asText()));
            }
        }
        if (columns.stream().noneMatch(column -> column.name().equalsIgnoreCase("age"))) {
            columns.add(new Column("Age", "date", ".metadata.creationTimestamp"));
        }
        return columns;
    }

    private String cell(Column column, ObjectNode object) {
        JsonNode statuses = object.path("status").path("containerStatuses");
        return switch (column.path()) {
            case "ready" -> {
                int ready = 0;
                for (JsonNode status : statuses) {
                    ready += status.path("ready").asBoolean() ? 1 : 0;
                }
                yield ready + "/" + object.path("spec").path("containers").size();
            }
            case "phase" ->
                object.path("metadata").has("deletionTimestamp")
                        ? "Terminating"
                        : object.path("status").path("phase").asText();
            case "restarts" -> {
                int restarts = 0;
                for (JsonNode status : statuses) {
                    restarts += status.path("restartCount").asInt();
                }
                yield Integer.toString(restarts);
            }
            default -> {
                JsonNode value = at(object, column.path());
                yield column.type().equals("date")
                        ? age(value.asText())
                        : value.isContainerNode() ? value.toString() : value.asText();
            }
        };
    }

    /** Follows a JSONPath of names and equality filters. */
    static JsonNode at(JsonNode object, String path) {
        JsonNode node = object;
        for (String step : OUTSIDE_BRACKETS.split(path.startsWith(".") ? path.substring(1) : path, -1)) {
            Matcher filter = FILTER.matcher(step);
            node = filter.matches()
                    ? first(node.path(filter.group(1)), filter.group(2), filter.group(3))
                    : node.path(step);
        }
        return node;
    }

    private static JsonNode first(JsonNode list, String field, String value) {
        for (JsonNode item : list) {
            if (item.path(field).asText().equals(value)) {
                return item;
            }
        }
        return list.path("none of them");
    }

    private String age(String time) {
        if (time.isEmpty()) {
            return "<unknown>";
        }
        Duration age = Duration.between(Instant.parse(time), now);
        return age.toMinutes() < 2
                ? age.toSeconds() + "s"
                : age.toHours() < 3
                        ? age.toMinutes() + "m"
                        : age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
    }
}
