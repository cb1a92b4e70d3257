package io.slackwater.ring.sim;

import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.Ack;
import io.slackwater.ring.handover.Book;
import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import io.slackwater.ring.handover.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One pub/sub server process. Each call is one command, executed at once and alone, as such a server does. */
final class SimServer {
    private final World world;
    final String id;
    /** Where it listens. */
    final Node node;

    boolean alive = true;
    /** The key {@code node}. */
    @Nullable
    String nodeKey;
    /** The key {@code ring}. */
    @Nullable
    Ring ring;
    /** The set {@code members}. */
    final Set<String> members = new LinkedHashSet<>();

    /** Who ever was in it. */
    final Set<String> everMembers = new LinkedHashSet<>();

    private final Map<Integer, Map<String, Left>> books = new LinkedHashMap<>();
    private final Map<Long, Map<String, Book>> booksOf = new LinkedHashMap<>();
    private final List<SimConnection> connections = new ArrayList<>();
    private final Map<String, List<SimConnection>> channels = new HashMap<>();
    private final Map<String, List<SimConnection>> patterns = new LinkedHashMap<>();
    private final List<SimConnection> control = new ArrayList<>();
    private final List<SimConnection> acks = new ArrayList<>();

    SimServer(World world, Node node) {
        this.world = world;
        this.id = node.id();
        this.node = node;
    }

    SimConnection accept(SimClient client, long number, @Nullable Role role) {
        SimConnection connection = new SimConnection(world, this, client, number, role, ++world.clientIds);
        connections.add(connection);
        return connection;
    }

    void forget(SimConnection connection) {
        connections.remove(connection);
        control.remove(connection);
        acks.remove(connection);
        channels.values().forEach(all -> all.remove(connection));
        patterns.values().forEach(all -> all.remove(connection));
    }

    /** The process ends. */
    void die() {
        alive = false;
        for (SimConnection connection : List.copyOf(connections)) {
            connection.serverCloses(SimConnection.End.NODE_DIED);
        }
    }

    void addMember(String name) {
        members.add(name);
        everMembers.add(name);
    }

    void subscribeControl(SimConnection connection) {
        control.add(connection);
    }

    void subscribeAcks(SimConnection connection) {
        acks.add(connection);
    }

    void subscribe(SimConnection connection, String channel) {
        add(channels, connection, channel);
    }

    void unsubscribe(SimConnection connection, String channel) {
        channels.getOrDefault(channel, List.of()).remove(connection);
    }

    void subscribePattern(SimConnection connection, String pattern) {
        add(patterns, connection, pattern);
    }

    void unsubscribePattern(SimConnection connection, String pattern) {
        patterns.getOrDefault(pattern, List.of()).remove(connection);
    }

    private static void add(Map<String, List<SimConnection>> to, SimConnection connection, String what) {
        List<SimConnection> all = to.computeIfAbsent(what, w -> new ArrayList<>(4));
        if (!all.contains(connection)) {
            all.add(connection);
        }
    }

    /** PUBLISH of a message of the application. */
    int publish(Message message) {
        int receivers = 0;
        String name = message.channel.name();
        for (SimConnection to : channels.getOrDefault(name, List.of())) {
            send(message, to, null);
            receivers++;
        }
        for (Map.Entry<String, List<SimConnection>> pattern : patterns.entrySet()) {
            if (Channel.matches(pattern.getKey(), name)) {
                for (SimConnection to : pattern.getValue()) {
                    send(message, to, pattern.getKey());
                    receivers++;
                }
            }
        }
        world.history.accepted(message, this, receivers);
        return receivers;
    }

    private static void send(Message message, SimConnection to, @Nullable String pattern) {
        Message.Copy copy = new Message.Copy(to, pattern);
        message.copies.add(copy);
        to.reply(() -> ((SimMember) to.client).message(to, message, copy));
    }

    /**
     * PUBLISH of a ring on the channel {@code control}.
     *
     * @param base the ring to which it is told as a change; null for a whole one
     */
    void publish(Ring published, @Nullable Ring base) {
        for (SimConnection to : control) {
            to.reply(() -> ((SimMember) to.client).control(to, published, base));
        }
    }

    /** PUBLISH on the channel {@code acks}. */
    void publish(Ack ack) {
        for (SimConnection to : acks) {
            to.reply(() -> ((SimCoordinator) to.client).ack(ack));
        }
    }

    /** The guarded write of the key {@code ring}; gives the epoch it has now. */
    long write(Ring written) {
        if (ring == null || world.bending.mayOverwrite(ring, written)) {
            Ring before = ring;
            ring = written;
            world.history.keyWritten(this, before, written);
        }
        return ring.epoch();
    }

    /** CLIENT LIST, members only. */
    List<MemberConnection> list() {
        List<MemberConnection> all = new ArrayList<>();
        for (SimConnection connection : connections) {
            if (connection.named && connection.role != null) {
                all.add(new MemberConnection(
                        connection.clientId,
                        connection.client.name(),
                        connection.role,
                        ((SimMember) connection.client).version));
            }
        }
        return all;
    }

    /** CLIENT KILL ID. */
    void kill(long clientId) {
        for (SimConnection connection : List.copyOf(connections)) {
            if (connection.clientId == clientId) {
                connection.serverCloses(SimConnection.End.KILLED);
            }
        }
    }

    /** Connections that are open here, in the order they were made. */
    List<SimConnection> connections() {
        return connections;
    }

    void leaveBooks(String member, long epoch, Map<Integer, Book> perSlot, Map<Long, Book> perHandover) {
        perSlot.forEach((slot, book) ->
                books.computeIfAbsent(slot, s -> new LinkedHashMap<>()).put(member, new Left(epoch, book)));
        perHandover.forEach((handover, book) ->
                booksOf.computeIfAbsent(handover, h -> new LinkedHashMap<>()).merge(member, book, Book::plus));
        members.remove(member);
    }

    /** Moves the books of these slots to the handover's and gives these; what was left before the slot's term is thrown away. */
    Map<String, Book> readBooks(long handover, Map<Integer, Long> since) {
        Map<String, Book> all = booksOf.computeIfAbsent(handover, h -> new LinkedHashMap<>());
        since.forEach((slot, began) -> {
            Map<String, Left> left = books.remove(slot);
            if (left != null) {
                left.forEach((member, own) -> {
                    if (own.epoch() >= began) {
                        all.merge(member, own.book(), Book::plus);
                    }
                });
            }
        });
        return new LinkedHashMap<>(all);
    }

    private record Left(long epoch, Book book) {}
}
