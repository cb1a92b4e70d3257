package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/**
 * The rules of writing: what the server decides itself, what a subresource may touch, when a writer is too late, and how
 * an object ends.
 */
final class ResourceVerbs {
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final List<String> SERVER_OWNED = List.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation");

    private final ObjectStore store;
    private final ResourceTypes types;
    private final InstantSource clock;
    private final Runnable collectGarbage;

    /** @param collectGarbage told whenever an owner may be gone; must return at once */
    ResourceVerbs(ObjectStore store, ResourceTypes types, InstantSource clock, Runnable collectGarbage) {
        this.store = store;
        this.types = types;
        this.clock = clock;
        this.collectGarbage = collectGarbage;
    }

    ObjectNode get(ObjectKey key) {
        return store.find(key).orElseThrow(() -> missing(key));
    }

    ObjectNode create(ResourceType type, String namespace, ObjectNode body, boolean dryRun) {
        ObjectNode object = body.deepCopy();
        ObjectNode metadata = Json.metadata(object);
        String name = Json.meta(object, "name");
        if (name.isEmpty() && !Json.meta(object, "generateName").isEmpty()) {
            name = Json.meta(object, "generateName") + randomSuffix();
        }
        checkNew(type, object, name, namespace);
        ObjectKey key = new ObjectKey(type.qualifiedName(), namespace, name);
        Instant now = clock.instant();
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        metadata.remove(SERVER_OWNED);
        metadata.put("name", name);
        if (type.namespaced()) {
            metadata.put("namespace", namespace);
        }
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Timestamps.format(now));
        if (type.status()) {
            metadata.put("generation", 1);
        }
        Defaults.initialStatus(type, object, Timestamps.format(now));
        Defaults.apply(type, object);
        return store.transact(() -> {
            if (store.find(key).isPresent()) {
                throw ApiError.alreadyExists(key + " already exists");
            }
            return dryRun ? object : save(type, key, object);
        });
    }

    /**
     * Changes an object.
     *
     * @param subresource "" or {@code status}: what the change may touch
     * @param change given a copy of the object, returns what the client wants it to be, with the resourceVersion it is
     *     based on, if any
     * @param replace whether the client sent a whole object
     */
    ObjectNode change(
            ResourceType type,
            ObjectKey key,
            String subresource,
            UnaryOperator<ObjectNode> change,
            boolean replace,
            boolean dryRun) {
        return store.transact(() -> {
            ObjectNode current = get(key);
            ObjectNode wanted = change.apply(current.deepCopy());
            checkBasis(type, key, current, wanted, replace);
            ObjectNode result = settle(type, current, wanted, subresource);
            if (result.equals(current) || dryRun) {
                return result;
            }
            if (isOver(result)) {
                remove(type, key, result);
                return result;
            }
            return save(type, key, result);
        });
    }

    /** Deletes an object, or marks it when a finalizer or a running pod has to be waited for; returns its last state. */
    ObjectNode delete(ResourceType type, ObjectKey key, DeleteOptions options) {
        return store.transact(() -> {
            ObjectNode current = get(key);
            if (!options.uid().isEmpty() && !options.uid().equals(Json.meta(current, "uid"))
                    || !options.resourceVersion().isEmpty()
                            && !options.resourceVersion().equals(Json.meta(current, "resourceVersion"))) {
                throw ApiError.conflict("the precondition of the deletion of " + key + " does not hold: it has uid "
                        + Json.meta(current, "uid") + ", resourceVersion " + Json.meta(current, "resourceVersion"));
            }
            if (options.dryRun()) {
                return current;
            }
            if (options.orphan()) {
                orphan(Json.meta(current, "uid"));
            }
            ObjectNode marked = marked(type, current, options);
            if (isOver(marked)) {
                remove(type, key, marked);
                return marked;
            }
            return marked.equals(current) ? current : save(type, key, marked);
        });
    }

    private ObjectNode marked(ResourceType type, ObjectNode current, DeleteOptions options) {
        long grace = type.isPod() ? podGrace(current, options) : 0;
        ObjectNode marked = current.deepCopy();
        ObjectNode metadata = Json.metadata(marked);
        boolean first = !metadata.has("deletionTimestamp");
        // A later request can only shorten the grace.
        if (first || grace < metadata.path("deletionGracePeriodSeconds").asLong(0)) {
            metadata.put("deletionTimestamp", Timestamps.format(clock.instant().plusSeconds(grace)));
            metadata.put("deletionGracePeriodSeconds", grace);
            if (first && metadata.has("generation")) {
                metadata.put("generation", metadata.path("generation").asLong() + 1);
            }
        }
        return marked;
    }

    private static long podGrace(ObjectNode pod, DeleteOptions options) {
        String phase = pod.path("status").path("phase").asText();
        // As on a real server: nobody has to be waited for when the pod runs nowhere.
        if (pod.path("spec").path("nodeName").asText("").isEmpty()
                || phase.equals("Succeeded")
                || phase.equals("Failed")) {
            return 0;
        }
        return options.gracePeriodSeconds()
                .orElse(pod.path("spec").path("terminationGracePeriodSeconds").asLong(30));
    }

    private static boolean isOver(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return metadata.has("deletionTimestamp")
                && metadata.path("finalizers").isEmpty()
                && metadata.path("deletionGracePeriodSeconds").asLong(0) == 0;
    }

    /** What the client wants, with all that is not the client's to decide as the server has it. */
    private static ObjectNode settle(ResourceType type, ObjectNode current, ObjectNode wanted, String subresource) {
        ObjectNode result;
        if (subresource.equals("status")) {
            result = current.deepCopy();
            Json.put(result, "status", wanted.get("status"));
            Json.put(
                    Json.metadata(result),
                    "managedFields",
                    wanted.path("metadata").path("managedFields"));
        } else {
            result = wanted.deepCopy();
            if (type.status()) {
                Json.put(result, "status", current.get("status"));
            }
            if (result.path("metadata").path("managedFields").isEmpty()) {
                Json.put(
                        Json.metadata(result),
                        "managedFields",
                        current.path("metadata").path("managedFields"));
            }
            Defaults.apply(type, result);
        }
        result.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        ObjectNode metadata = Json.metadata(result);
        for (String field : SERVER_OWNED) {
            Json.put(metadata, field, current.path("metadata").get(field));
        }
        Json.put(metadata, "resourceVersion", current.path("metadata").get("resourceVersion"));
        if (metadata.path("finalizers").isArray() && metadata.path("finalizers").isEmpty()) {
            metadata.remove("finalizers");
        }
        if (type.status() && !desired(type, result).equals(desired(type, current))) {
            metadata.put("generation", metadata.path("generation").asLong(0) + 1);
        }
        return result;
    }

    private static ObjectNode desired(ResourceType type, ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        copy.remove(List.of("metadata", "apiVersion", "kind"));
        if (type.status()) {
            copy.remove("status");
        }
        return copy;
    }

    private static void checkNew(ResourceType type, ObjectNode object, String name, String namespace) {
        if (name.isEmpty()) {
            throw ApiError.invalid("metadata.name: Required value: name or generateName is required");
        }
        if (type.namespaced() && namespace.isEmpty()) {
            throw ApiError.badRequest("a " + type.kind() + " is created within a namespace");
        }
        String own = Json.meta(object, "namespace");
        if (type.namespaced() && !own.isEmpty() && !own.equals(namespace)) {
            throw ApiError.badRequest(
                    "the namespace of the object (" + own + ") is not the one of the request (" + namespace + ")");
        }
        if (!Json.meta(object, "resourceVersion").isEmpty()) {
            throw ApiError.badRequest("resourceVersion should not be set on objects to be created");
        }
    }

    private static void checkBasis(
            ResourceType type, ObjectKey key, ObjectNode current, ObjectNode wanted, boolean replace) {
        String name = Json.meta(wanted, "name");
        if (!name.isEmpty() && !name.equals(key.name())) {
            throw ApiError.badRequest("the name of the object (" + name + ") is not the one of the URL (" + key + ")");
        }
        String version = Json.meta(wanted, "resourceVersion");
        if (version.isEmpty() && replace && type.updateNeedsVersion()) {
            throw ApiError.invalid(
                    "metadata.resourceVersion: Invalid value: 0: must be specified for an update of " + key);
        }
        if (!version.isEmpty() && !version.equals(Json.meta(current, "resourceVersion"))) {
            throw ApiError.conflict("Operation cannot be fulfilled on " + key
                    + ": the object has been modified; please apply your changes to the latest version and try again");
        }
        String uid = Json.meta(wanted, "uid");
        if (!uid.isEmpty() && !uid.equals(Json.meta(current, "uid"))) {
            throw ApiError.conflict(
                    "Precondition failed: " + key + " has uid " + Json.meta(current, "uid") + ", not " + uid);
        }
        if (current.path("metadata").has("deletionTimestamp")) {
            Set<JsonNode> before = new HashSet<>();
            current.path("metadata").path("finalizers").forEach(before::add);
            for (JsonNode finalizer : wanted.path("metadata").path("finalizers")) {
                if (!before.contains(finalizer)) {
                    throw ApiError.invalid("metadata.finalizers: Forbidden: no new finalizers can be added if the"
                            + " object is being deleted, found " + finalizer);
                }
            }
        }
    }

    private ObjectNode save(ResourceType type, ObjectKey key, ObjectNode object) {
        if (type.plural().equals("customresourcedefinitions")) {
            types.define(object);
        }
        ObjectNode saved = store.put(key, object);
        if (!object.path("metadata").path("ownerReferences").isEmpty()) {
            collectGarbage.run();
        }
        return saved;
    }

    private void remove(ResourceType type, ObjectKey key, ObjectNode object) {
        store.remove(key);
        switch (type.qualifiedName()) {
            case "customresourcedefinitions.apiextensions.k8s.io" -> {
                types.all().stream()
                        .filter(custom -> custom.qualifiedName().equals(key.name()))
                        .findFirst()
                        .ifPresent(custom -> deleteAll(custom, ""));
                types.forget(object);
            }
            case "namespaces" ->
                types.all().stream().filter(ResourceType::namespaced).forEach(inside -> deleteAll(inside, key.name()));
            default -> {}
        }
        collectGarbage.run();
    }

    private void deleteAll(ResourceType type, String namespace) {
        for (ObjectNode object : store.list(type.qualifiedName(), namespace)) {
            delete(
                    type,
                    new ObjectKey(type.qualifiedName(), Json.meta(object, "namespace"), Json.meta(object, "name")),
                    DeleteOptions.PLAIN);
        }
    }

    private void orphan(String uid) {
        store.all().forEach((key, object) -> {
            ObjectNode copy = object.deepCopy();
            if (Json.metadata(copy).get("ownerReferences") instanceof ArrayNode owners) {
                int before = owners.size();
                owners.removeIf(owner -> owner.path("uid").asText().equals(uid));
                if (owners.size() == before) {
                    return;
                }
                store.put(key, copy);
            }
        });
    }

    private static ApiError missing(ObjectKey key) {
        return ApiError.notFound(key + " not found");
    }

    private static String randomSuffix() {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            suffix.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
        }
        return suffix.toString();
    }

    /** The type of a stored object. */
    Optional<ResourceType> typeOf(ObjectKey key) {
        return types.all().stream()
                .filter(type -> type.qualifiedName().equals(key.type()))
                .findFirst();
    }
}
