package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server: turns requests into calls on one resource and answers them. */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final Duration LONGEST_WATCH = Duration.ofHours(1);

    private final ObjectStore store = new ObjectStore();
    private final ResourceTypes types = new ResourceTypes();
    private final InstantSource clock;
    private final GarbageCollector garbageCollector;
    private final ResourceVerbs verbs;
    private final LoopbackHttpServer http;
    private final Map<String, Long> writes = new ConcurrentHashMap<>();

    /**
     * Starts a server on 127.0.0.1.
     *
     * @param port 0 for any
     * @param clock what creation and deletion times are taken from
     */
    public ApiServer(int port, InstantSource clock) {
        this.clock = clock;
        garbageCollector = new GarbageCollector(store, types, clock);
        verbs = garbageCollector.verbs();
        types.find("", "v1", "namespaces").ifPresent(namespaces -> {
            for (String name : List.of("default", "kube-system")) {
                ObjectNode namespace = Json.object();
                namespace.putObject("metadata").put("name", name);
                verbs.create(namespaces, "", namespace, false);
            }
        });
        http = new LoopbackHttpServer(port, this::handle);
    }

    /** The port it listens on. */
    public int port() {
        return http.port();
    }

    /** How many requests have come that write, by the plural name of what they are about. */
    public Map<String, Long> writes() {
        return Map.copyOf(writes);
    }

    /** How many watches of objects with this plural name are open. */
    public long watches(String plural) {
        return store.watches(plural);
    }

    /** Ends every client's connection at once, watches too; clients may come back. */
    public void cutConnections() {
        http.cutConnections();
    }

    @Override
    public void close() {
        http.close();
        garbageCollector.close();
    }

    private HttpReply handle(HttpRequest request) {
        try {
            HttpReply reply = route(request);
            LOG.debug("{} {} {}", request.method(), request.path(), request.query());
            return reply;
        } catch (ApiError e) {
            LOG.debug("{} {} refused: {} {}", request.method(), request.path(), e.code(), e.getMessage());
            return HttpReply.json(e.code(), e.status());
        } catch (RuntimeException e) {
            LOG.warn("{} {} failed", request.method(), request.path(), e);
            ApiError error = ApiError.internal("the embedded API server failed: " + e);
            return HttpReply.json(error.code(), error.status());
        }
    }

    private HttpReply route(HttpRequest request) {
        List<String> segments = RequestPath.segments(request.path());
        if (List.of("healthz", "livez", "readyz").contains(segments.isEmpty() ? "" : segments.getFirst())) {
            return new HttpReply.Whole(200, "text/plain", new byte[] {'o', 'k'});
        }
        Optional<ObjectNode> document = new Discovery(types).at(segments);
        if (document.isPresent()) {
            return HttpReply.json(200, document.get());
        }
        RequestPath path = RequestPath.parse(segments).orElseThrow(() -> unknown(request.path()));
        if (path.group().equals("authorization.k8s.io") && request.method().equals("POST")) {
            return HttpReply.json(201, everythingAllowed(Json.parseObject(request.body())));
        }
        ResourceType type =
                types.find(path.group(), path.version(), path.plural()).orElseThrow(() -> unknown(request.path()));
        if (!request.method().equals("GET")) {
            writes.merge(path.plural(), 1L, Long::sum);
        }
        return path.name().isEmpty() ? collection(request, path, type) : single(request, path, type);
    }

    /** Answers a review of somebody's rights, whichever of the kinds of review it is. */
    private static ObjectNode everythingAllowed(ObjectNode review) {
        ObjectNode status = review.putObject("status").put("allowed", true).put("incomplete", false);
        ObjectNode rule = status.putArray("resourceRules").addObject();
        for (String list : List.of("verbs", "apiGroups", "resources")) {
            rule.putArray(list).add("*");
        }
        status.putArray("nonResourceRules");
        return review;
    }

    private static ApiError unknown(String path) {
        return ApiError.notFound("the server could not find the requested resource: " + path
                + " (a custom resource needs its CustomResourceDefinition first)");
    }

    private HttpReply collection(HttpRequest request, RequestPath path, ResourceType type) {
        return switch (request.method()) {
            case "GET" -> request.flag("watch") ? watch(request, path, type) : list(request, path, type);
            case "POST" ->
                HttpReply.json(
                        201, verbs.create(type, path.namespace(), Json.parseObject(request.body()), isDryRun(request)));
            case "DELETE" -> {
                DeleteOptions options = DeleteOptions.of(Json.parse(request.body()), request.query());
                ObjectNode all = Json.object(type.apiVersion(), type.kind() + "List");
                ArrayNode items = all.putArray("items");
                store.list(type.qualifiedName(), path.namespace()).stream()
                        .filter(selector(request, ""))
                        .forEach(object -> items.add(verbs.delete(type, keyOf(type, object), options)));
                yield HttpReply.json(200, all);
            }
            default -> throw ApiError.methodNotAllowed(request.method() + " on a collection");
        };
    }

    private HttpReply list(HttpRequest request, RequestPath path, ResourceType type) {
        Predicate<JsonNode> selector = selector(request, "");
        if (Tables.wanted(request)) {
            List<ObjectNode> objects = store.list(type.qualifiedName(), path.namespace()).stream()
                    .filter(selector)
                    .toList();
            return HttpReply.json(200, new Tables(clock.instant()).of(type, objects, Long.toString(store.version())));
        }
        return store.transact(() -> {
            ObjectNode list = Json.object(type.apiVersion(), type.kind() + "List");
            list.putObject("metadata").put("resourceVersion", Long.toString(store.version()));
            ArrayNode items = list.putArray("items");
            store.list(type.qualifiedName(), path.namespace()).stream()
                    .filter(selector)
                    .forEach(items::add);
            return HttpReply.json(200, list);
        });
    }

    private HttpReply watch(HttpRequest request, RequestPath path, ResourceType type) {
        String seconds = request.query().getOrDefault("timeoutSeconds", "");
        Watch watch = new Watch(
                type.qualifiedName(),
                path.namespace(),
                selector(request, path.name()),
                seconds.isEmpty() ? LONGEST_WATCH : Duration.ofSeconds(Long.parseLong(seconds)));
        String since = request.query().getOrDefault("resourceVersion", "");
        boolean initial = request.flag("sendInitialEvents") || since.isEmpty();
        try {
            store.transact(() -> {
                store.open(watch, initial ? 0 : Long.parseLong(since));
                if (request.flag("sendInitialEvents")) {
                    watch.offer("BOOKMARK", initialEventsEnd(type));
                }
                return watch;
            });
        } catch (ApiError e) {
            watch.offer("ERROR", e.status());
            watch.close();
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("resourceVersion is not a number: " + since);
        }
        return new HttpReply.Events(watch, () -> store.close(watch));
    }

    private ObjectNode initialEventsEnd(ResourceType type) {
        ObjectNode mark = Json.object(type.apiVersion(), type.kind());
        ObjectNode metadata = mark.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(store.version()));
        metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        return mark;
    }

    private HttpReply single(HttpRequest request, RequestPath path, ResourceType type) {
        ObjectKey key = new ObjectKey(type.qualifiedName(), path.namespace(), path.name());
        return switch (path.subresource()) {
            case "" -> whole(request, path, type, key);
            case "status" -> {
                if (!type.status()) {
                    throw unknown(request.path());
                }
                yield HttpReply.json(200, readOrWrite(request, type, key, "status"));
            }
            case "scale" ->
                HttpReply.json(200, scale(request, type, key, type.scale().orElseThrow(() -> unknown(request.path()))));
            case "eviction" -> {
                new DisruptionBudgets(store).check(verbs.get(key));
                JsonNode options = Json.parse(request.body()).path("deleteOptions");
                verbs.delete(type, key, DeleteOptions.of(options, request.query()));
                yield HttpReply.json(201, success());
            }
            case "binding" -> {
                JsonNode target = Json.parse(request.body()).path("target").path("name");
                verbs.change(
                        type,
                        key,
                        "",
                        pod -> {
                            Json.child(pod, "spec").set("nodeName", target);
                            return pod;
                        },
                        false,
                        false);
                yield HttpReply.json(201, success());
            }
            default -> throw unknown(request.path());
        };
    }

    private HttpReply whole(HttpRequest request, RequestPath path, ResourceType type, ObjectKey key) {
        if (request.method().equals("DELETE")) {
            DeleteOptions options = DeleteOptions.of(Json.parse(request.body()), request.query());
            return HttpReply.json(200, verbs.delete(type, key, options));
        }
        if (request.method().equals("GET") && request.flag("watch")) {
            return watch(request, path, type);
        }
        if (request.method().equals("PATCH")
                && isApply(request)
                && store.find(key).isEmpty()) {
            return HttpReply.json(201, createByApply(request, path, type));
        }
        ObjectNode object = readOrWrite(request, type, key, "");
        return HttpReply.json(
                200,
                request.method().equals("GET") && Tables.wanted(request)
                        ? new Tables(clock.instant()).of(type, List.of(object), Json.meta(object, "resourceVersion"))
                        : object);
    }

    private ObjectNode createByApply(HttpRequest request, RequestPath path, ResourceType type) {
        ObjectNode configuration = Json.parseObject(request.body());
        if (!Json.meta(configuration, "resourceVersion").isEmpty()
                || !Json.meta(configuration, "uid").isEmpty()) {
            throw ApiError.conflict(
                    path.name() + " does not exist any more, and the configuration names a version of it");
        }
        ObjectNode identity = Json.object();
        identity.putObject("metadata").put("name", path.name());
        ObjectNode object = apply(request, "").apply(identity, configuration);
        return verbs.create(type, path.namespace(), object, isDryRun(request));
    }

    private ObjectNode readOrWrite(HttpRequest request, ResourceType type, ObjectKey key, String subresource) {
        return switch (request.method()) {
            case "GET", "HEAD" -> verbs.get(key);
            case "PUT" -> {
                ObjectNode body = Json.parseObject(request.body());
                yield verbs.change(type, key, subresource, current -> body, true, isDryRun(request));
            }
            case "PATCH" -> verbs.change(type, key, subresource, patch(request, subresource), false, isDryRun(request));
            default -> throw ApiError.methodNotAllowed(request.method() + " on " + key);
        };
    }

    private ObjectNode scale(HttpRequest request, ResourceType type, ObjectKey key, ResourceType.ScalePaths paths) {
        ScaleSubresource scale = new ScaleSubresource(paths);
        return switch (request.method()) {
            case "GET", "HEAD" -> scale.read(verbs.get(key));
            case "PUT" -> {
                ObjectNode body = Json.parseObject(request.body());
                yield scale.read(
                        verbs.change(type, key, "", current -> scale.write(current, body), false, isDryRun(request)));
            }
            case "PATCH" -> {
                UnaryOperator<ObjectNode> patch = patch(request, "scale");
                yield scale.read(verbs.change(
                        type,
                        key,
                        "",
                        current -> scale.write(current, patch.apply(scale.read(current))),
                        false,
                        isDryRun(request)));
            }
            default -> throw ApiError.methodNotAllowed(request.method() + " on the scale of " + key);
        };
    }

    private UnaryOperator<ObjectNode> patch(HttpRequest request, String subresource) {
        String mediaType = request.header("content-type").split(";", 2)[0].strip();
        return switch (mediaType) {
            case "application/json-patch+json" -> {
                JsonNode operations = Json.parse(request.body());
                yield current -> Patches.json(current, operations);
            }
            case "application/merge-patch+json" -> {
                ObjectNode body = Json.parseObject(request.body());
                yield current -> Patches.merge(current, body);
            }
            case "application/strategic-merge-patch+json" -> {
                ObjectNode body = Json.parseObject(request.body());
                yield current -> Patches.strategic(current, body);
            }
            case "application/apply-patch+yaml", "application/apply-patch+json" -> {
                ObjectNode body = Json.parseObject(request.body());
                ServerSideApply apply = apply(request, subresource);
                yield current -> {
                    ObjectNode result = apply.apply(current, body);
                    for (String field : List.of("resourceVersion", "uid")) {
                        if (body.path("metadata").has(field)) {
                            Json.metadata(result)
                                    .set(field, body.path("metadata").get(field));
                        }
                    }
                    return result;
                };
            }
            default -> throw ApiError.unsupportedMediaType("a patch of type '" + mediaType + "' is not known");
        };
    }

    private ServerSideApply apply(HttpRequest request, String subresource) {
        String manager = request.query().getOrDefault("fieldManager", "");
        if (manager.isEmpty()) {
            throw ApiError.badRequest("fieldManager is required for apply patch");
        }
        return new ServerSideApply(manager, request.flag("force"), subresource, clock.instant());
    }

    private static boolean isApply(HttpRequest request) {
        return request.header("content-type").startsWith("application/apply-patch");
    }

    private static boolean isDryRun(HttpRequest request) {
        return request.query().containsKey("dryRun");
    }

    private static Predicate<JsonNode> selector(HttpRequest request, String name) {
        Predicate<JsonNode> selector = Selectors.labels(request.query().getOrDefault("labelSelector", ""))
                .and(Selectors.fields(request.query().getOrDefault("fieldSelector", "")));
        return name.isEmpty()
                ? selector
                : selector.and(object -> Json.meta(object, "name").equals(name));
    }

    private static ObjectKey keyOf(ResourceType type, ObjectNode object) {
        return new ObjectKey(type.qualifiedName(), Json.meta(object, "namespace"), Json.meta(object, "name"));
    }

    private static ObjectNode success() {
        return Json.object("v1", "Status").put("status", "Success").put("code", 201);
    }
}
