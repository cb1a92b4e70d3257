package io.slackwater.ring.sim;

import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.Ack;
import io.slackwater.ring.handover.Coordinator;
import io.slackwater.ring.handover.CoordinatorAction;
import io.slackwater.ring.handover.CoordinatorEvent;
import io.slackwater.ring.handover.HandoverSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A coordinator's process: takes over from the store, keeps two connections to each node, and carries out what its machine asks for. */
final class SimCoordinator implements SimClient {
    final World world;
    private final HandoverSettings settings;
    private final String name;
    private final Map<String, NodeLink> links = new LinkedHashMap<>();
    private final Map<String, Node> candidates = new LinkedHashMap<>();
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private @Nullable Coordinator machine;
    private long version;
    private long hungUntil;
    private long wakes;
    private boolean stopped;
    private @Nullable Ring published;
    private @Nullable Ring base;

    SimCoordinator(World world, int number, HandoverSettings settings) {
        this.world = world;
        this.settings = settings;
        this.name = "c" + number;
    }

    @Override
    public String name() {
        return name;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Null until it has taken over. */
    @Nullable
    Coordinator machine() {
        return machine;
    }

    boolean isIdle() {
        return !stopped && machine != null && machine.isIdle();
    }

    /** Whether it has a connection to a node that is to join; begins one if not. */
    boolean reaches(Node node) {
        candidates.put(node.id(), node);
        if (machine != null) {
            keepLinks(machine);
        }
        NodeLink link = links.get(node.id());
        return link != null && link.up;
    }

    /** Reads what is persisted and takes the next term, by compare-and-set. */
    void takeOver() {
        world.store.read(stored -> arrived(() -> {
            Ring mine = stored.ring().withTerm(stored.ring().term() + 1);
            boolean[] answered = new boolean[1];
            world.store.replace(
                    name,
                    stored.version(),
                    mine,
                    newVersion -> arrived(() -> {
                        answered[0] = true;
                        if (newVersion == 0) {
                            takeOver();
                        } else {
                            begin(mine, newVersion);
                        }
                    }));
            world.timeline.after(
                    100_000,
                    () -> arrived(() -> {
                        if (!answered[0]) {
                            answered[0] = true;
                            takeOver();
                        }
                    }));
        }));
    }

    private void begin(Ring mine, long newVersion) {
        if (machine != null || stopped) {
            return;
        }
        version = newVersion;
        machine = new Coordinator(mine, settings, World::reassign);
        world.say(name, () -> "takes over with " + World.text(mine));
        keepLinks(machine);
        world.verdicts.forEach(node -> on(new CoordinatorEvent.NodeDead(node)));
    }

    // ---- faults

    void crash() {
        world.say(name, () -> "FAULT crashes");
        stopped = true;
        connections().forEach(SimConnection::cut);
        stop();
    }

    void hang(long until) {
        world.say(name, () -> "FAULT hangs until " + until / 1000 + " ms");
        hungUntil = Math.max(hungUntil, until);
        world.timeline.at(until, () -> {
            while (world.timeline.now() >= hungUntil && !deferred.isEmpty()) {
                deferred.poll().run();
            }
        });
    }

    private void stop() {
        stopped = true;
        links.values().forEach(NodeLink::close);
    }

    /** Open connections to nodes. */
    List<SimConnection> connections() {
        List<SimConnection> all = new ArrayList<>();
        for (NodeLink link : links.values()) {
            if (link.up && link.commands != null && link.acks != null) {
                all.add(link.commands);
                all.add(link.acks);
            }
        }
        return all;
    }

    @Override
    public void arrived(Runnable what) {
        if (stopped) {
            return;
        }
        if (world.timeline.now() < hungUntil || !deferred.isEmpty()) {
            deferred.add(what);
        } else {
            what.run();
        }
    }

    @Override
    public void ended(SimConnection connection) {
        arrived(() -> {
            for (NodeLink link : List.copyOf(links.values())) {
                if (link.commands == connection || link.acks == connection) {
                    link.broken();
                }
            }
        });
    }

    void ack(Ack ack) {
        on(new CoordinatorEvent.AckReceived(ack));
    }

    // ---- the machine

    void on(CoordinatorEvent event) {
        arrived(() -> world.bending.told(this, event, this::feed));
    }

    private void feed(CoordinatorEvent event) {
        Coordinator running = machine;
        if (running == null || stopped) {
            return;
        }
        if (!(event instanceof CoordinatorEvent.Wake)) {
            world.say(name, () -> "<- " + World.describe(event));
        }
        List<CoordinatorAction> actions = running.on(event, world.timeline.now() / 1000);
        for (CoordinatorAction action : world.bending.asked(this, actions)) {
            carryOut(action);
        }
        if (running.isDeposed()) {
            stop();
        } else {
            keepLinks(running);
        }
    }

    private void keepLinks(Coordinator running) {
        Set<String> wanted = new LinkedHashSet<>();
        List<Node> nodes = new ArrayList<>(running.ring().nodes());
        candidates.keySet().removeIf(id -> running.ring().node(id) != null);
        nodes.addAll(candidates.values());
        for (Node node : nodes) {
            wanted.add(node.id());
            if (!links.containsKey(node.id())) {
                NodeLink link = new NodeLink(node);
                links.put(node.id(), link);
                link.connect();
            }
        }
        for (NodeLink link : List.copyOf(links.values())) {
            if (!wanted.contains(link.node.id())) {
                links.remove(link.node.id());
                link.close();
            }
        }
    }

    private void carryOut(CoordinatorAction action) {
        if (!(action instanceof CoordinatorAction.WakeAt)) {
            world.say(name, () -> "   -> " + World.describe(action));
        }
        switch (action) {
            case CoordinatorAction.Persist persist -> persist(persist.ring());
            case CoordinatorAction.WriteKey write ->
                command(write.node(), c -> {
                    long stored = c.server.write(write.ring());
                    world.protocolStep();
                    c.reply(() -> on(new CoordinatorEvent.KeyWritten(
                            write.node(), write.ring().epoch(), stored)));
                });
            case CoordinatorAction.ListConnections list ->
                command(list.node(), c -> {
                    var all = c.server.list();
                    world.protocolStep();
                    c.reply(() -> on(new CoordinatorEvent.Listed(list.node(), list.request(), all)));
                });
            case CoordinatorAction.PublishRing publish -> {
                if (publish.ring() != published) {
                    base = published;
                    published = publish.ring();
                }
                Ring changed = publish.version() == 1 ? null : base;
                command(publish.node(), c -> {
                    c.server.publish(publish.ring(), changed);
                    world.protocolStep();
                    c.reply(() -> on(new CoordinatorEvent.Published(
                            publish.node(), publish.ring().epoch())));
                });
            }
            case CoordinatorAction.Kill kill ->
                command(kill.node(), c -> kill.clientIds().forEach(c.server::kill));
            case CoordinatorAction.ReadBooks read ->
                command(read.node(), c -> {
                    var left = c.server.readBooks(read.handover(), read.since());
                    var members = new LinkedHashSet<>(c.server.members);
                    c.reply(() -> on(new CoordinatorEvent.BooksRead(read.handover(), members, left)));
                });
            case CoordinatorAction.WakeAt wake -> {
                long mine = ++wakes;
                world.timeline.at(wake.millis() * 1000, () -> {
                    if (mine == wakes) {
                        on(new CoordinatorEvent.Wake());
                    }
                });
            }
            case CoordinatorAction.Tell tell -> world.history.told(this, tell.report());
        }
    }

    private void command(String node, Consumer<SimConnection> atServer) {
        NodeLink link = links.get(node);
        if (link != null && link.up && link.commands != null) {
            SimConnection connection = link.commands;
            connection.command(() -> atServer.accept(connection));
        }
    }

    /** Asks until it is certain whether this ring is stored. */
    private void persist(Ring ring) {
        boolean[] answered = new boolean[1];
        world.store.replace(
                name,
                version,
                ring,
                newVersion -> arrived(() -> {
                    if (!answered[0]) {
                        answered[0] = true;
                        if (newVersion == 0) {
                            lookAfter(ring);
                        } else {
                            version = newVersion;
                            on(new CoordinatorEvent.Persisted(ring.epoch()));
                        }
                    }
                }));
        world.timeline.after(
                30_000,
                () -> arrived(() -> {
                    if (!answered[0]) {
                        answered[0] = true;
                        lookAfter(ring);
                    }
                }));
    }

    private void lookAfter(Ring ring) {
        world.store.read(stored -> arrived(() -> {
            if (stored.ring().epoch() == ring.epoch() && stored.ring().term() == ring.term()) {
                version = stored.version();
                on(new CoordinatorEvent.Persisted(ring.epoch()));
            } else if (stored.version() == version) {
                persist(ring);
            } else {
                on(new CoordinatorEvent.PersistConflict("version " + stored.version() + " is not " + version));
            }
        }));
    }

    /** The two connections to one node. */
    private final class NodeLink {
        private final Node node;
        private @Nullable SimConnection commands;
        private @Nullable SimConnection acks;
        private boolean up;
        private boolean closed;

        NodeLink(Node node) {
            this.node = node;
        }

        void connect() {
            world.timeline.after(world.delay(), () -> arrived(this::dial));
        }

        private void dial() {
            if (closed) {
                return;
            }
            SimServer server = world.listening(node);
            if (server == null || !node.id().equals(server.nodeKey)) {
                world.timeline.after(20_000, () -> arrived(this::dial));
                return;
            }
            SimConnection first = server.accept(SimCoordinator.this, 0, null);
            SimConnection second = server.accept(SimCoordinator.this, 0, null);
            acks = first;
            commands = second;
            first.command(() -> {
                server.subscribeAcks(first);
                first.reply(() -> second.command(() -> {
                    Ring stored = server.ring;
                    second.reply(() -> {
                        up = true;
                        on(new CoordinatorEvent.NodeUp(node.id(), stored));
                        if (world.plan.oldPercent >= 0) {
                            look();
                        }
                    });
                }));
            });
        }

        /** Now and then it is looked who is connected, as long as this connection lives. */
        private void look() {
            SimConnection asked = commands;
            world.timeline.after(
                    world.plan.lookEvery,
                    () -> arrived(() -> {
                        if (asked != null && commands == asked && up) {
                            asked.command(() -> {
                                var all = asked.server.list();
                                asked.reply(() -> on(new CoordinatorEvent.Seen(node.id(), all)));
                            });
                            look();
                        }
                    }));
        }

        void broken() {
            boolean wasUp = up;
            drop();
            if (closed) {
                return;
            }
            world.timeline.after(2_000, () -> arrived(this::dial));
            if (wasUp) {
                on(new CoordinatorEvent.NodeDown(node.id()));
            }
        }

        void close() {
            closed = true;
            drop();
        }

        private void drop() {
            up = false;
            SimConnection first = acks;
            SimConnection second = commands;
            acks = null;
            commands = null;
            if (first != null) {
                first.clientCloses();
            }
            if (second != null) {
                second.clientCloses();
            }
        }
    }
}
