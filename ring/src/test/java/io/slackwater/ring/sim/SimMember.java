package io.slackwater.ring.sim;

import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.HandoverSettings;
import io.slackwater.ring.handover.Member;
import io.slackwater.ring.handover.MemberAction;
import io.slackwater.ring.handover.MemberEvent;
import io.slackwater.ring.handover.PublishLedger;
import io.slackwater.ring.handover.Role;
import io.slackwater.ring.handover.Routes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A member's process: the machine, its connections, and the application that publishes and subscribes. */
final class SimMember implements SimClient {
    /** Fewer than in earnest, so that one is missing now and then. */
    private static final int KNOWN = 2;

    final World world;
    final int index;
    final Member machine;
    final PublishLedger ledger = new PublishLedger();
    final List<Subscription> subscriptions = new ArrayList<>();
    /** Of the protocol, the highest it reads. */
    final int version;

    private final String name;
    private final Map<Long, SimConnection> connections = new HashMap<>();
    /** Connections that have ended, while the machine has not been told. */
    private final List<SimConnection> unnoticed = new ArrayList<>();

    /** Connections asked for and not there yet. */
    private final Map<Long, MemberAction.Connect> connecting = new HashMap<>();

    /** The last rings it has read that differ in more than their handovers. */
    private final ArrayDeque<Ring> known = new ArrayDeque<>();

    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
    private final Map<Integer, Integer> places = new HashMap<>();
    private Routes routes = Routes.NONE;
    private long hungUntil;
    private long wakes;
    /** Since when the process is no more, or does nothing for ever; far away while it lives. */
    long goneSince = Long.MAX_VALUE;

    /** Since when the application is closing it; far away before. */
    long leavingSince = Long.MAX_VALUE;

    /** Slots of which it delivered held messages before the fence: their order is not certain. */
    final Set<Integer> releasedEarly = new HashSet<>();

    /** When it last dropped held messages; -1 for never. */
    long heldDroppedAt = -1;

    long startedAt;
    /** When its first connection was ready; far away until then. */
    long connectedSince = Long.MAX_VALUE;

    private boolean left;

    SimMember(World world, int index, HandoverSettings settings) {
        this.world = world;
        this.index = index;
        this.name = "p" + index;
        this.version = world.plan.oldPercent > 0 && world.random.nextInt(100) < world.plan.oldPercent ? 1 : 2;
        this.machine = new Member(
                name, world.plan.publishersPerNode, settings, ledger, new SplittableRandom(world.random.nextLong()));
    }

    @Override
    public String name() {
        return name;
    }

    boolean lives() {
        return goneSince == Long.MAX_VALUE;
    }

    boolean isActive() {
        return lives() && leavingSince == Long.MAX_VALUE;
    }

    Routes routes() {
        return routes;
    }

    @Nullable
    SimConnection connection(long number) {
        return connections.get(number);
    }

    /** Open connections, as the client sees it, by number. */
    List<SimConnection> connections() {
        List<SimConnection> all = new ArrayList<>(connections.values());
        all.sort((a, b) -> Long.compare(a.number, b.number));
        return all;
    }

    /** Whether this subscribing connection, which the machine believes in, has ended at either end. */
    boolean isDeceivedAbout(SimConnection connection) {
        return connection.role == Role.SUBSCRIBER && (!connection.serverOpen || unnoticed.contains(connection));
    }

    /** Connections that the machine believes in. */
    List<SimConnection> believedIn() {
        List<SimConnection> all = connections();
        all.addAll(unnoticed);
        return all;
    }

    /** Begins: looks for a ring on the seeds. */
    void start() {
        startedAt = world.timeline.now();
        seek();
    }

    private void seek() {
        if (!lives() || left) {
            return;
        }
        if (machine.isCutOff()) {
            SimServer seed = world.anyServer();
            world.timeline.after(world.delay(), () -> {
                Ring found = seed.alive && seed.nodeKey != null ? seed.ring : null;
                if (found != null) {
                    world.timeline.after(
                            world.delay(),
                            () -> arrived(() -> {
                                remember(found);
                                on(new MemberEvent.RingSeen(found));
                            }));
                }
            });
        }
        world.timeline.after(20_000 + world.delay(), this::seek);
    }

    // ---- the application

    /** The subscription of the channel or pattern, made when it is the first time. */
    Subscription subscription(@Nullable Channel channel, @Nullable String pattern) {
        for (Subscription known : subscriptions) {
            if (known.channel == channel && java.util.Objects.equals(known.pattern, pattern)) {
                return known;
            }
        }
        Subscription added = new Subscription(this, channel, pattern);
        subscriptions.add(added);
        return added;
    }

    void subscribe(List<Channel> channels) {
        arrived(() -> {
            if (isActive()) {
                channels.forEach(channel -> world.history.wanted(subscription(channel, null)));
                on(new MemberEvent.Subscribe(
                        channels.stream().map(Channel::name).toList()));
            }
        });
    }

    void unsubscribe(Channel channel) {
        arrived(() -> {
            if (isActive()) {
                world.history.unwanted(subscription(channel, null));
                on(new MemberEvent.Unsubscribe(List.of(channel.name())));
            }
        });
    }

    void subscribePattern(String pattern) {
        arrived(() -> {
            if (isActive()) {
                world.history.wanted(subscription(null, pattern));
                on(new MemberEvent.SubscribePattern(pattern));
            }
        });
    }

    void unsubscribePattern(String pattern) {
        arrived(() -> {
            if (isActive()) {
                world.history.unwanted(subscription(null, pattern));
                on(new MemberEvent.UnsubscribePattern(pattern));
            }
        });
    }

    /** Writes the message where the routes say; false when there is no connection, then nothing is written. */
    boolean publish(Message message) {
        SimConnection connection = connections.get(routes.connection(message.channel.slot()));
        if (connection == null || !connection.clientOpen) {
            return false;
        }
        if (message.publishedAt < 0) {
            message.place = places.merge(message.channel.index(), 1, Integer::sum);
            world.history.published(message, connection);
        }
        connection.outstanding.add(message);
        connection.command(() -> {
            int receivers = connection.server.publish(message);
            connection.reply(() -> {
                connection.outstanding.poll();
                ledger.account(connection.server.id).replied(message.channel.slot(), receivers);
            });
        });
        return true;
    }

    void leave() {
        arrived(() -> {
            if (isActive()) {
                leavingSince = world.timeline.now();
                leaveOnceAnswered();
            }
        });
    }

    // The books of who leaves are complete only when the replies of all it published are in.
    private void leaveOnceAnswered() {
        if (connections.values().stream().allMatch(c -> c.outstanding.isEmpty())) {
            subscriptions.forEach(world.history::unwanted);
            on(new MemberEvent.Leave());
        } else {
            world.timeline.after(1_000, () -> arrived(this::leaveOnceAnswered));
        }
    }

    // ---- faults

    /** Does nothing until that time; what arrives meanwhile waits. */
    void hang(long until) {
        world.say(name, () -> "FAULT hangs until " + until / 1000 + " ms");
        hungUntil = Math.max(hungUntil, until);
        world.timeline.at(until, this::resume);
    }

    /** Does nothing any more, while its connections stay. */
    void vanish() {
        world.say(name, () -> "FAULT hangs for ever");
        goneSince = world.timeline.now();
    }

    /** The process ends, and the system closes its connections. */
    void crash() {
        world.say(name, () -> "FAULT crashes");
        goneSince = world.timeline.now();
        connections().forEach(SimConnection::cut);
    }

    private void resume() {
        while (world.timeline.now() >= hungUntil && !deferred.isEmpty()) {
            deferred.poll().run();
        }
    }

    boolean isHung() {
        return world.timeline.now() < hungUntil;
    }

    @Override
    public void arrived(Runnable what) {
        if (!lives()) {
            return;
        }
        if (isHung() || !deferred.isEmpty()) {
            deferred.add(what);
        } else {
            what.run();
        }
    }

    // ---- what comes from the servers

    void message(SimConnection from, Message message, Message.Copy copy) {
        copy.receivedAt = world.timeline.now();
        if (world.history.dropsOne(message, from)) {
            return;
        }
        on(new MemberEvent.Message(from.number, copy.pattern, message.channel.name(), message.payload));
    }

    void control(SimConnection from, Ring ring, @Nullable Ring base) {
        if (base != null && version == 1) {
            world.changesRefused++;
            world.say(name, () -> "refuses a change to ring " + base.epoch());
        } else if (base != null && known.stream().noneMatch(one -> one.sameTopology(base))) {
            world.keysRead++;
            from.command(() -> {
                Ring found = from.server.ring;
                from.reply(() -> {
                    if (found != null) {
                        control(from, found, null);
                    }
                });
            });
        } else {
            world.changesRead += base == null ? 0 : 1;
            remember(ring);
            on(new MemberEvent.Control(from.number, ring));
        }
    }

    private void remember(@Nullable Ring ring) {
        if (ring != null && known.stream().noneMatch(one -> one.sameTopology(ring))) {
            known.addFirst(ring);
            if (known.size() > KNOWN) {
                known.removeLast();
            }
        }
    }

    @Override
    public void ended(SimConnection connection) {
        connections.remove(connection.number);
        List<Message> unanswered = account(connection);
        if (!lives()) {
            return;
        }
        connecting.remove(connection.number);
        unnoticed.add(connection);
        // The process may be hung: it learns of the end when it runs again.
        arrived(() -> {
            unnoticed.remove(connection);
            on(new MemberEvent.Disconnected(connection.number));
        });
        if (world.bending.resends()) {
            unanswered.forEach(message -> world.timeline.after(1_000, () -> resend(message)));
        }
    }

    private void resend(Message message) {
        if (isActive() && !publish(message)) {
            world.timeline.after(2_000, () -> resend(message));
        }
    }

    private List<Message> account(SimConnection connection) {
        List<Message> unanswered = List.copyOf(connection.outstanding);
        connection.outstanding.clear();
        unanswered.forEach(m -> ledger.account(connection.server.id).unknown(m.channel.slot()));
        return unanswered;
    }

    // ---- the machine

    void on(MemberEvent event) {
        if (lives() && !left) {
            world.bending.told(this, event, this::feed);
        }
    }

    private void feed(MemberEvent event) {
        world.say(name, () -> "<- " + World.describe(event));
        List<MemberAction> actions = machine.on(event, world.timeline.now() / 1000);
        for (MemberAction action : world.bending.asked(this, event, actions)) {
            carryOut(action);
        }
        if (!(event instanceof MemberEvent.Message)) {
            subscriptions.forEach(this::noticeReady);
        }
    }

    // A subscription may go on being ready although a connection has ended: then the machine does not say so again.
    private void noticeReady(Subscription subscription) {
        if (subscription.wanted && subscription.readySince < 0) {
            boolean ready = subscription.channel != null
                    ? machine.isChannelReady(subscription.channel.name())
                    : subscription.pattern != null && machine.isPatternReady(subscription.pattern);
            if (ready) {
                world.history.ready(subscription);
            }
        }
    }

    private void carryOut(MemberAction action) {
        if (world.trace != null && !(action instanceof MemberAction.WakeAt)) {
            world.say(name, () -> "   -> " + World.describe(action));
        }
        switch (action) {
            case MemberAction.Connect connect -> connect(connect);
            case MemberAction.Close close -> close(close.connection());
            case MemberAction.ReadRing read ->
                command(read.connection(), c -> {
                    Ring found = c.server.ring;
                    c.reply(() -> {
                        remember(found);
                        on(new MemberEvent.RingRead(c.number, found));
                    });
                });
            case MemberAction.SubscribeChannels subscribe ->
                subscribe
                        .channels()
                        .forEach(channel -> command(subscribe.connection(), c -> {
                            c.server.subscribe(c, channel);
                            c.reply(() -> on(new MemberEvent.Subscribed(c.number, channel)));
                        }));
            case MemberAction.UnsubscribeChannels unsubscribe ->
                unsubscribe
                        .channels()
                        .forEach(channel -> command(unsubscribe.connection(), c -> {
                            c.server.unsubscribe(c, channel);
                            c.reply(() -> on(new MemberEvent.Unsubscribed(c.number, channel)));
                        }));
            case MemberAction.SubscribePatterns subscribe ->
                subscribe
                        .patterns()
                        .forEach(pattern -> command(subscribe.connection(), c -> {
                            c.server.subscribePattern(c, pattern);
                            c.reply(() -> on(new MemberEvent.PatternSubscribed(c.number, pattern)));
                        }));
            case MemberAction.UnsubscribePatterns unsubscribe ->
                unsubscribe
                        .patterns()
                        .forEach(pattern -> command(unsubscribe.connection(), c -> {
                            c.server.unsubscribePattern(c, pattern);
                            c.reply(() -> on(new MemberEvent.PatternUnsubscribed(c.number, pattern)));
                        }));
            case MemberAction.Reroute reroute -> {
                routes = reroute.routes();
                world.history.routed(this, routes);
            }
            case MemberAction.SendAck ack ->
                command(ack.connection(), c -> {
                    c.server.publish(ack.ack());
                    world.protocolStep();
                    c.reply(() -> on(new MemberEvent.AckReplied(c.number, ack.ack())));
                });
            case MemberAction.Deliver deliver -> world.history.delivered(this, deliver);
            case MemberAction.ChannelReady ready ->
                world.history.ready(subscription(Channel.named(ready.channel()), null));
            case MemberAction.PatternReady ready -> world.history.ready(subscription(null, ready.pattern()));
            case MemberAction.LeaveBooks leave ->
                command(
                        leave.connection(),
                        c -> c.server.leaveBooks(name, leave.epoch(), leave.perSlot(), leave.perHandover()));
            case MemberAction.Left ignored -> {
                left = true;
                connecting.clear();
                connections().forEach(connection -> close(connection.number));
            }
            case MemberAction.WakeAt wake -> {
                long mine = ++wakes;
                world.timeline.at(wake.millis() * 1000, () -> {
                    if (mine == wakes) {
                        arrived(() -> on(new MemberEvent.Wake()));
                    }
                });
            }
            case MemberAction.Count count -> world.history.counted(this, count);
        }
    }

    private void command(long number, java.util.function.Consumer<SimConnection> atServer) {
        SimConnection connection = connections.get(number);
        if (connection != null && connection.clientOpen) {
            connection.command(() -> atServer.accept(connection));
        }
    }

    private void close(long number) {
        connecting.remove(number);
        SimConnection connection = connections.remove(number);
        if (connection != null) {
            account(connection);
            connection.clientCloses();
        }
    }

    private void connect(MemberAction.Connect connect) {
        connecting.put(connect.connection(), connect);
        world.timeline.after(
                world.delay(),
                () -> arrived(() -> {
                    if (connecting.containsKey(connect.connection())) {
                        dial(connect);
                    }
                }));
    }

    private void dial(MemberAction.Connect connect) {
        SimServer server = world.listening(connect.node());
        if (server == null) {
            refuse(connect.connection());
            return;
        }
        SimConnection c = server.accept(this, connect.connection(), connect.role());
        connections.put(c.number, c);
        c.command(() -> c.named = true);
        if (connect.formerClientId() != 0) {
            c.command(() -> server.kill(connect.formerClientId()));
        }
        c.command(() -> server.addMember(name));
        if (connect.role() == Role.SUBSCRIBER) {
            c.command(() -> server.subscribeControl(c));
        }
        c.command(() -> {
            boolean right = connect.node().id().equals(server.nodeKey);
            Ring found = server.ring;
            c.reply(() -> {
                if (right) {
                    connecting.remove(c.number);
                    remember(found);
                    connectedSince = Math.min(connectedSince, world.timeline.now());
                    on(new MemberEvent.Connected(c.number, c.clientId, found));
                } else {
                    connections.remove(c.number);
                    c.clientCloses();
                    refuse(c.number);
                }
            });
        });
    }

    private void refuse(long number) {
        if (connecting.remove(number) != null) {
            on(new MemberEvent.Disconnected(number));
        }
    }
}
