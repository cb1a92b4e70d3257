package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes objects all of whose owners are gone; works on its own thread whenever it is woken. */
final class GarbageCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollector.class);

    private final Semaphore work = new Semaphore(0);
    private final ObjectStore store;
    private final ResourceVerbs verbs;
    private final Thread thread;

    GarbageCollector(ObjectStore store, ResourceTypes types, java.time.InstantSource clock) {
        this.store = store;
        this.verbs = new ResourceVerbs(store, types, clock, this::wake);
        this.thread = Thread.ofVirtual().name("garbage-collector").start(this::run);
    }

    /** The rules of writing, wired so that this collector hears of every removal. */
    ResourceVerbs verbs() {
        return verbs;
    }

    private void wake() {
        work.release();
    }

    private void run() {
        try {
            while (true) {
                work.acquire();
                work.drainPermits();
                collect();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void collect() {
        Map<ObjectKey, ObjectNode> all = store.all();
        Set<String> living = new HashSet<>();
        all.values().forEach(object -> living.add(Json.meta(object, "uid")));
        all.forEach((key, object) -> {
            if (isOrphaned(object, living) && !object.path("metadata").has("deletionTimestamp")) {
                delete(key, object);
            }
        });
    }

    private void delete(ObjectKey key, ObjectNode object) {
        DeleteOptions thisOne = new DeleteOptions(OptionalLong.empty(), Json.meta(object, "uid"), "", false, false);
        try {
            verbs.typeOf(key).ifPresent(type -> verbs.delete(type, key, thisOne));
        } catch (ApiError e) {
            LOG.debug("garbage collection passed over {}: {}", key, e.getMessage());
        }
    }

    private static boolean isOrphaned(ObjectNode object, Set<String> living) {
        JsonNode owners = object.path("metadata").path("ownerReferences");
        if (owners.isEmpty()) {
            return false;
        }
        for (JsonNode owner : owners) {
            if (living.contains(owner.path("uid").asText())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
