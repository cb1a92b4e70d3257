package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** The documents by which clients such as kubectl learn what the server has. */
record Discovery(ResourceTypes types) {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private static final List<String> IN_ALL =
            List.of("pods", "services", "deployments", "replicasets", "statefulsets", "jobs");

    /** The document at this path, if it is one of discovery. */
    Optional<ObjectNode> at(List<String> segments) {
        return switch (String.join("/", segments)) {
            case "version" -> Optional.of(version());
            case "api" -> {
                ObjectNode versions = Json.object("v1", "APIVersions");
                versions.putArray("versions").add("v1");
                yield Optional.of(versions);
            }
            case "apis" -> {
                ObjectNode list = Json.object("v1", "APIGroupList");
                ArrayNode groups = list.putArray("groups");
                types.groups().forEach((group, versions) -> {
                    if (!group.isEmpty()) {
                        groups.add(group(group, versions));
                    }
                });
                yield Optional.of(list);
            }
            case "api/v1" -> Optional.of(resources("", "v1"));
            default -> inGroup(segments);
        };
    }

    private Optional<ObjectNode> inGroup(List<String> segments) {
        if (segments.size() < 2 || !segments.getFirst().equals("apis")) {
            return Optional.empty();
        }
        String group = segments.get(1);
        List<String> versions = types.groups().getOrDefault(group, List.of());
        if (!versions.isEmpty() && segments.size() == 2) {
            return Optional.of(group(group, versions));
        }
        return segments.size() == 3 && versions.contains(segments.get(2))
                ? Optional.of(resources(group, segments.get(2)))
                : Optional.empty();
    }

    private static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "33")
                .put("gitVersion", "v1.33.0")
                .put("platform", "embedded");
    }

    private static ObjectNode group(String name, List<String> versions) {
        ObjectNode group = Json.object("v1", "APIGroup");
        group.put("name", name);
        ArrayNode list = group.putArray("versions");
        versions.forEach(version -> list.add(groupVersion(name, version)));
        group.set("preferredVersion", groupVersion(name, versions.getFirst()));
        return group;
    }

    private static ObjectNode groupVersion(String group, String version) {
        return Json.object().put("groupVersion", group + "/" + version).put("version", version);
    }

    private ObjectNode resources(String group, String version) {
        ObjectNode list = Json.object("v1", "APIResourceList");
        list.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = list.putArray("resources");
        for (ResourceType type : types.all()) {
            if (type.group().equals(group) && type.version().equals(version)) {
                ObjectNode resource = resource(resources, type, type.plural(), type.kind());
                resource.put("singularName", type.kind().toLowerCase(java.util.Locale.ROOT));
                if (IN_ALL.contains(type.plural())) {
                    resource.withArray("categories").add("all");
                }
                type.shortNames().forEach(resource.withArray("shortNames")::add);
                if (type.status()) {
                    resource(resources, type, type.plural() + "/status", type.kind());
                }
                if (type.scale().isPresent()) {
                    resource(resources, type, type.plural() + "/scale", "Scale")
                            .put("group", "autoscaling")
                            .put("version", "v1");
                }
                if (type.isPod()) {
                    resource(resources, type, "pods/eviction", "Eviction")
                            .put("group", "policy")
                            .put("version", "v1");
                }
            }
        }
        return list;
    }

    private static ObjectNode resource(ArrayNode into, ResourceType type, String name, String kind) {
        ObjectNode resource = into.addObject();
        resource.put("name", name).put("singularName", "").put("kind", kind).put("namespaced", type.namespaced());
        ArrayNode verbs = resource.putArray("verbs");
        (name.endsWith("/eviction")
                        ? List.of("create")
                        : name.contains("/") ? List.of("get", "patch", "update") : VERBS)
                .forEach(verbs::add);
        return resource;
    }
}
