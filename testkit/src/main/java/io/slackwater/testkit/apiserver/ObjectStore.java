package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * All objects, one version counter for all of them, and the latest changes for watches that resume.
 *
 * <p>Reads and writes that belong together run in {@link #transact}. A stored object is never modified: who changes one
 * works on a copy.
 */
final class ObjectStore {
    private static final int HISTORY = 20_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final NavigableMap<ObjectKey, ObjectNode> objects = new TreeMap<>();
    private final Deque<Change> history = new ArrayDeque<>();
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private long version = 1;

    <T> T transact(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    Optional<ObjectNode> find(ObjectKey key) {
        return transact(() -> Optional.ofNullable(objects.get(key)));
    }

    /** All objects of a type, by namespace and name. An empty namespace means all. */
    List<ObjectNode> list(String type, String namespace) {
        return transact(() -> {
            List<ObjectNode> found = new ArrayList<>();
            for (var entry : objects.tailMap(new ObjectKey(type, namespace, "")).entrySet()) {
                ObjectKey key = entry.getKey();
                if (!key.type().equals(type)
                        || !(namespace.isEmpty() || key.namespace().equals(namespace))) {
                    break;
                }
                found.add(entry.getValue());
            }
            return found;
        });
    }

    /** Every object with its key, as a snapshot. */
    NavigableMap<ObjectKey, ObjectNode> all() {
        return transact(() -> new TreeMap<>(objects));
    }

    long version() {
        return transact(() -> version);
    }

    /** Stores the object under the next version, which is written into it. */
    ObjectNode put(ObjectKey key, ObjectNode object) {
        return transact(() -> {
            version++;
            Json.metadata(object).put("resourceVersion", Long.toString(version));
            ObjectNode before = objects.put(key, object);
            record(new Change(version, key, Optional.ofNullable(before), Optional.of(object)));
            return object;
        });
    }

    void remove(ObjectKey key) {
        transact(() -> {
            ObjectNode before = objects.remove(key);
            if (before != null) {
                version++;
                record(new Change(version, key, Optional.of(before), Optional.empty()));
            }
            return version;
        });
    }

    /**
     * Opens a watch.
     *
     * @param since the version after which changes are wanted; 0 means: everything that is there, then the changes
     * @throws ApiError 410 when the changes since then are no longer known
     */
    void open(Watch watch, long since) {
        transact(() -> {
            if (since == 0) {
                objects.forEach(
                        (key, object) -> watch.offer(new Change(version, key, Optional.empty(), Optional.of(object))));
            } else {
                long oldest = history.isEmpty() ? version : history.peekFirst().version() - 1;
                if (since < oldest) {
                    throw ApiError.gone("too old resource version: " + since + " (" + oldest + ")");
                }
                history.stream().filter(change -> change.version() > since).forEach(watch::offer);
            }
            watches.add(watch);
            return watch;
        });
    }

    void close(Watch watch) {
        watches.remove(watch);
        watch.close();
    }

    /** How many watches of objects with this plural name are open. */
    long watches(String plural) {
        return watches.stream().filter(watch -> watch.isOf(plural)).count();
    }

    private void record(Change change) {
        history.addLast(change);
        if (history.size() > HISTORY) {
            history.removeFirst();
        }
        watches.forEach(watch -> watch.offer(change));
    }
}
