package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One client's view of changes: filled under the store's lock, emptied by the connection that serves it. */
final class Watch {
    private static final ObjectNode END = Json.object();

    private final String type;
    private final String namespace;
    private final Predicate<JsonNode> selector;
    private final BlockingQueue<ObjectNode> events = new LinkedBlockingQueue<>();
    private final long deadlineNanos;

    /**
     * @param namespace "" for all
     * @param lifetime how long the client asked to be served
     */
    Watch(String type, String namespace, Predicate<JsonNode> selector, Duration lifetime) {
        this.type = type;
        this.namespace = namespace;
        this.selector = selector;
        this.deadlineNanos = System.nanoTime() + lifetime.toNanos();
    }

    boolean isOf(String plural) {
        return type.equals(plural) || type.startsWith(plural + ".");
    }

    /** Adds the event this change means for the watch, if any: an object that stops matching was, to it, deleted. */
    void offer(Change change) {
        if (!change.key().type().equals(type)
                || !(namespace.isEmpty() || namespace.equals(change.key().namespace()))) {
            return;
        }
        Optional<ObjectNode> before = change.before().filter(selector);
        Optional<ObjectNode> after = change.after().filter(selector);
        if (after.isPresent()) {
            offer(before.isPresent() ? "MODIFIED" : "ADDED", after.get());
        } else if (before.isPresent()) {
            // The last state carries the version of the deletion, so that a client resumes after it.
            ObjectNode last = change.after().orElse(before.get()).deepCopy();
            Json.metadata(last).put("resourceVersion", Long.toString(change.version()));
            offer("DELETED", last);
        }
    }

    void offer(String what, ObjectNode object) {
        ObjectNode event = Json.object();
        event.put("type", what);
        event.set("object", object);
        events.add(event);
    }

    void close() {
        events.add(END);
    }

    /** The next event; empty when the watch is over. */
    Optional<ObjectNode> next() throws InterruptedException {
        long left = deadlineNanos - System.nanoTime();
        ObjectNode event = events.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
        return event == null || event == END ? Optional.empty() : Optional.of(event);
    }
}
