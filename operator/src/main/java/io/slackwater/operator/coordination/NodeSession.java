package io.slackwater.operator.coordination;

import io.lettuce.core.KillArgs;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.slackwater.ring.handover.Book;
import io.slackwater.ring.handover.ClusterNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Two connections to one server process: one for commands, one that listens on {@code acks}. What is asked for is sent in the order of
 * the calls, which come from one thread, and is executed by the server in that order. Every answer comes within {@link #TIMEOUT} or
 * fails; after a failure the session is of no more use and must be closed.
 *
 * @param nodeId the process
 * @param commands for everything but listening
 * @param listener subscribed to {@code acks}, and to the channel of the echo
 * @param echo tells when the listener has heard all that was published
 * @param names of the cluster
 * @param stored what the key {@code ring} held when the session was made
 * @param goal what the key of {@link #goalKey} held then
 * @param warnings what is not as it should be with this server, in sentences; it can be used nevertheless
 */
record NodeSession(
        String nodeId,
        StatefulRedisConnection<String, byte[]> commands,
        StatefulRedisPubSubConnection<String, byte[]> listener,
        Echo echo,
        ClusterNames names,
        byte @Nullable [] stored,
        byte @Nullable [] goal,
        List<String> warnings)
        implements AutoCloseable {
    /** Bound of every answer. */
    static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static final Duration BOOKS_KEPT = Duration.ofHours(1);
    private static final int BOOK_REPLY_PARTS = 2;

    /** Key: where the slots are to be once the current move is over, for a successor. Encoded as a ring. */
    static String goalKey(ClusterNames names) {
        return names.ring() + ":goal";
    }

    /** Writes the key {@code ring} unless a higher epoch is there; the answer is the epoch that is there afterwards. */
    CompletableFuture<Long> writeRing(byte[] ring) {
        CompletableFuture<byte[]> epoch = bounded(commands.async()
                .<byte[]>eval(NodeScripts.WRITE_RING, ScriptOutputType.VALUE, new String[] {names.ring()}, ring)
                .toCompletableFuture());
        return epoch.thenApply(bytes -> ByteBuffer.wrap(bytes).getLong());
    }

    CompletableFuture<byte @Nullable []> readRing() {
        return bounded(commands.async().get(names.ring()).toCompletableFuture());
    }

    CompletableFuture<?> writeGoal(byte @Nullable [] goal) {
        return goal == null
                ? bounded(commands.async().del(goalKey(names)).toCompletableFuture())
                : bounded(commands.async().set(goalKey(names), goal).toCompletableFuture());
    }

    CompletableFuture<Long> publishRing(byte[] ring) {
        return bounded(commands.async().publish(names.control(), ring).toCompletableFuture());
    }

    /**
     * Who is connected. When the answer is there, every message that the channel {@code acks} carried before that has been passed on: by
     * it members are judged, and one whose answer is on its way here, however slow that way is, is not late.
     */
    CompletableFuture<ClientList> listConnections() {
        return bounded(commands.async().clientList().toCompletableFuture())
                .thenCombine(
                        bounded(echo.call(commands)), (answer, heard) -> ClientList.parse(answer, names.cluster()));
    }

    /** Counters for {@link LoadMeter}. */
    CompletableFuture<String> counters() {
        return bounded(commands.async().info("cpu").toCompletableFuture())
                .thenCombine(bounded(commands.async().info("commandstats").toCompletableFuture()), String::concat);
    }

    CompletableFuture<?> kill(List<Long> clientIds) {
        return CompletableFuture.allOf(clientIds.stream()
                .map(id -> bounded(
                        commands.async().clientKill(KillArgs.Builder.id(id)).toCompletableFuture()))
                .toArray(CompletableFuture[]::new));
    }

    CompletableFuture<?> ping() {
        return bounded(commands.async().ping().toCompletableFuture());
    }

    /** Moves and reads the books as {@link NodeScripts#READ_BOOKS} says. */
    CompletableFuture<LeftBooks> readBooks(long handover, SortedMap<Integer, Long> since) {
        String[] keys = {names.books(), names.booksOf(handover), names.members()};
        byte[] list = since.entrySet().stream()
                .map(slot -> slot.getKey() + ":" + slot.getValue())
                .collect(Collectors.joining(","))
                .getBytes(StandardCharsets.US_ASCII);
        byte[] seconds = Long.toString(BOOKS_KEPT.toSeconds()).getBytes(StandardCharsets.US_ASCII);
        CompletableFuture<List<Object>> answer = bounded(commands.async()
                .<List<Object>>eval(NodeScripts.READ_BOOKS, ScriptOutputType.MULTI, keys, list, seconds)
                .toCompletableFuture());
        return answer.thenApply(LeftBooks::of);
    }

    /** Ends both connections. Answers that are still due fail. */
    @Override
    public void close() {
        commands.closeAsync();
        listener.closeAsync();
    }

    private static <T extends @Nullable Object> CompletableFuture<T> bounded(CompletableFuture<T> answer) {
        return answer.orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * What members that left have reported.
     *
     * @param members names in the set {@code members}
     * @param books by name of the member
     */
    record LeftBooks(Set<String> members, Map<String, Book> books) {
        static LeftBooks of(List<Object> answer) {
            if (answer.size() != BOOK_REPLY_PARTS
                    || !(answer.get(0) instanceof List<?> names)
                    || !(answer.get(1) instanceof List<?> pairs)) {
                throw new IllegalStateException("the node answered the reading of books with " + answer);
            }
            Set<String> members = new HashSet<>();
            names.forEach(name -> members.add(text(name)));
            Map<String, Book> books = new HashMap<>();
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                books.put(text(pairs.get(i)), Book.decode(text(pairs.get(i + 1))));
            }
            return new LeftBooks(Set.copyOf(members), Map.copyOf(books));
        }

        private static String text(@Nullable Object bytes) {
            return new String((byte[]) Objects.requireNonNull(bytes), StandardCharsets.UTF_8);
        }
    }
}
