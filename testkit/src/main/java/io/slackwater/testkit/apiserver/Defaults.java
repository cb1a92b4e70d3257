package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What the server fills into new or changed objects of built-in kinds: the few defaults somebody relies on. */
final class Defaults {
    private Defaults() {}

    static void apply(ResourceType type, ObjectNode object) {
        SchemaDefaults.apply(type.schema(), object);
        switch (type.qualifiedName()) {
            case "pods" -> pod(Json.child(object, "spec"));
            case "services" -> service(Json.child(object, "spec"), Json.meta(object, "uid"));
            case "secrets" -> secret(object);
            default -> {}
        }
    }

    /** The status an object starts with, whatever its creator wrote. */
    static void initialStatus(ResourceType type, ObjectNode object, String now) {
        if (!type.status()) {
            return;
        }
        object.remove("status");
        switch (type.qualifiedName()) {
            case "pods" -> object.putObject("status").put("phase", "Pending").put("qosClass", "BestEffort");
            case "namespaces" -> object.putObject("status").put("phase", "Active");
            case "customresourcedefinitions.apiextensions.k8s.io" -> {
                ObjectNode status = object.putObject("status");
                status.set("acceptedNames", object.path("spec").path("names").deepCopy());
                for (String condition : new String[] {"NamesAccepted", "Established"}) {
                    status.withArray("conditions")
                            .addObject()
                            .put("type", condition)
                            .put("status", "True")
                            .put("reason", condition)
                            .put("lastTransitionTime", now);
                }
                for (JsonNode version : object.path("spec").path("versions")) {
                    if (version.path("storage").asBoolean()) {
                        status.withArray("storedVersions")
                                .add(version.path("name").asText());
                    }
                }
            }
            default -> {}
        }
    }

    private static void pod(ObjectNode spec) {
        if (!spec.has("restartPolicy")) {
            spec.put("restartPolicy", "Always");
        }
        if (!spec.has("terminationGracePeriodSeconds")) {
            spec.put("terminationGracePeriodSeconds", 30);
        }
    }

    private static void service(ObjectNode spec, String uid) {
        if (!spec.has("type")) {
            spec.put("type", "ClusterIP");
        }
        if (!spec.has("clusterIP")) {
            int hash = uid.hashCode();
            spec.put("clusterIP", "10.96." + ((hash >>> 8) & 0xff) + "." + (hash & 0xff));
        }
        for (JsonNode port : spec.path("ports")) {
            if (port instanceof ObjectNode object && !object.has("protocol")) {
                object.put("protocol", "TCP");
            }
        }
    }

    private static void secret(ObjectNode secret) {
        if (!secret.has("type")) {
            secret.put("type", "Opaque");
        }
        if (secret.remove("stringData") instanceof ObjectNode text) {
            ObjectNode data = Json.child(secret, "data");
            text.properties()
                    .forEach(entry -> data.put(
                            entry.getKey(),
                            Base64.getEncoder()
                                    .encodeToString(entry.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
    }
}
