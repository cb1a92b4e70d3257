package io.slackwater.ring.sim;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.handover.Coordinator;
import io.slackwater.ring.handover.CoordinatorEvent;
import io.slackwater.ring.handover.HandoverSettings;
import io.slackwater.ring.handover.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run: servers, members, coordinators, the store, the application's traffic, the operator's moves and the faults, all drawn from
 * one seed. Single-threaded; the same seed, scenario and bending give the same run, step for step.
 */
final class World {
    static final HandoverSettings SETTINGS = new HandoverSettings(500, 250, 1_000, 2_000, 64 << 10, 4);
    private static final long TRAFFIC_FROM = 30_000;
    /** Virtual time after the last fault within which everything must have come to rest. */
    private static final long PATIENCE = 40_000_000;

    private static final int MOST_STEPS = 400_000;
    private static final Map<String, Ring> FIRST_RINGS = new HashMap<>();

    final SplittableRandom random;
    final Plan plan;
    final Bending bending;
    final Timeline timeline = new Timeline();
    final @Nullable Trace trace;
    final History history;
    final SimStore store;
    final List<SimMember> members = new ArrayList<>();
    /** Nodes that are said to be dead. */
    final Set<String> verdicts = new LinkedHashSet<>();

    long clientIds = 100;
    private final HandoverSettings settings;
    private final List<SimCoordinator> coordinators = new ArrayList<>();
    private final Map<String, SimServer> byAddress = new LinkedHashMap<>();
    private final Map<String, SimServer> servers = new LinkedHashMap<>();
    private final List<Moment> moments = new ArrayList<>();
    private int protocolSteps;
    private int pending;
    /** When the last stall or hang ends. */
    private long busyUntil;

    /** Rings that members were told as changes and read so; for which they had to read the key; and that they were too old to read. */
    int changesRead;

    int keysRead;
    int changesRefused;

    private int nextMember;
    private boolean atRest;
    private int steps;

    World(Scenario scenario, long seed, Bending bending, boolean traced) {
        this.random = new SplittableRandom(seed * 31 + scenario.ordinal());
        this.plan = scenario.plan(random);
        this.bending = bending;
        this.trace = traced ? new Trace(timeline) : null;
        this.history = new History(this);
        this.settings = new HandoverSettings(
                SETTINGS.ackTimeoutMillis(),
                plan.slowAfterMillis,
                SETTINGS.prepareTimeoutMillis(),
                SETTINGS.maxHoldMillis(),
                SETTINGS.maxHoldBytes(),
                plan.maxOpen);
        Ring first = firstRing(plan, random.nextInt(6));
        this.store = new SimStore(this, first);
        for (Node node : first.nodes()) {
            SimServer server = open(node);
            server.nodeKey = node.id();
            server.ring = first;
        }
    }

    /** Runs to the end and gives what was wrong; empty when nothing was. */
    List<String> run() {
        newCoordinator();
        for (int i = 0; i < plan.members; i++) {
            newMember();
        }
        schedule();
        timeline.at(TRAFFIC_FROM + plan.window, this::watch);
        long deadline = TRAFFIC_FROM + plan.window + PATIENCE;
        try {
            while (!atRest) {
                if (timeline.now() > deadline || ++steps > MOST_STEPS || !timeline.step()) {
                    history.wrong("STUCK: " + restless());
                    break;
                }
            }
            history.finish();
        } catch (RuntimeException broken) {
            history.wrong("EXCEPTION " + broken + " at " + broken.getStackTrace()[0]);
            if (trace != null) {
                trace.say("", "EXCEPTION " + List.of(broken.getStackTrace()));
            }
        }
        return history.wrongs();
    }

    int steps() {
        return steps;
    }

    // ---- chance

    /** How long a step takes. */
    long delay() {
        return plan.longDelayPercent > 0 && random.nextInt(100) < plan.longDelayPercent
                ? random.nextLong(plan.longDelay)
                : 20 + random.nextLong(plan.usualDelay);
    }

    boolean chance(int percent) {
        return percent > 0 && random.nextInt(100) < percent;
    }

    private <T> @Nullable T any(List<T> of) {
        return of.isEmpty() ? null : of.get(random.nextInt(of.size()));
    }

    // ---- the parties

    void say(String actor, Supplier<String> what) {
        if (trace != null) {
            trace.say(actor, what.get());
        }
    }

    /** The process that listens at the node's address now, whichever it is. */
    @Nullable
    SimServer listening(Node node) {
        SimServer server = byAddress.get(node.address().toString());
        return server != null && server.alive ? server : null;
    }

    SimServer server(String id) {
        return java.util.Objects.requireNonNull(servers.get(id));
    }

    /** A seed: any address that was ever used. */
    SimServer anyServer() {
        List<SimServer> all = new ArrayList<>(byAddress.values());
        return all.get(random.nextInt(all.size()));
    }

    private SimServer open(Node node) {
        SimServer server = new SimServer(this, node);
        servers.put(node.id(), server);
        byAddress.put(node.address().toString(), server);
        return server;
    }

    private void newMember() {
        SimMember member = new SimMember(this, nextMember++, settings);
        members.add(member);
        List<Channel> wanted = new ArrayList<>();
        for (Channel channel : channels()) {
            if (random.nextInt(5) < 3) {
                wanted.add(channel);
            }
        }
        timeline.after(random.nextLong(2_000), () -> {
            say(member.name(), () -> "starts");
            member.subscribe(wanted);
            member.start();
        });
    }

    private void newCoordinator() {
        SimCoordinator coordinator = new SimCoordinator(this, coordinators.size() + 1, settings);
        coordinators.add(coordinator);
        say(coordinator.name(), () -> "starts");
        coordinator.takeOver();
    }

    /** Of those that run, the one of the highest term; the newest while none has taken over. */
    SimCoordinator coordinator() {
        SimCoordinator best = coordinators.getLast();
        long term = -1;
        for (SimCoordinator coordinator : coordinators) {
            Coordinator machine = coordinator.machine();
            if (!coordinator.isStopped() && machine != null && machine.ring().term() > term) {
                best = coordinator;
                term = machine.ring().term();
            }
        }
        return best;
    }

    private List<Channel> channels() {
        List<Channel> all = new ArrayList<>();
        for (int tag = 0; tag < plan.tags; tag++) {
            for (int which = 0; which < plan.channelsPerTag; which++) {
                all.add(Channel.of(tag, which));
            }
        }
        return all;
    }

    static SlotTable reassign(SlotTable current, Set<String> dead, List<String> live) {
        String[] owners = current.toArray();
        for (int slot = 0; slot < owners.length; slot++) {
            if (dead.contains(owners[slot])) {
                owners[slot] = live.get(slot % live.size());
            }
        }
        return SlotTable.of(owners);
    }

    private static Node node(int number, int process) {
        return new Node("n" + number + "." + process, "", List.of(new Node.Address("10.0.0." + number, 6379)));
    }

    // All slots that are not in use belong to the first node.
    private static Ring firstRing(Plan plan, int variety) {
        return FIRST_RINGS.computeIfAbsent(plan.nodes + "/" + plan.tags + "/" + variety, key -> {
            SplittableRandom mix = new SplittableRandom(variety);
            List<Node> nodes = new ArrayList<>();
            for (int i = 0; i < plan.nodes; i++) {
                nodes.add(node(i, 1));
            }
            String[] owners = new String[16_384];
            java.util.Arrays.fill(owners, nodes.getFirst().id());
            for (int tag = 0; tag < plan.tags; tag++) {
                owners[Channel.of(tag, 0).slot()] =
                        nodes.get(mix.nextInt(plan.nodes)).id();
            }
            return new Ring(1, 0, nodes, List.of(), SlotTable.of(owners), List.of());
        });
    }

    // ---- what is to happen

    /** A step of the protocol has been taken at a server or the store: faults may be waiting for it. */
    void protocolStep() {
        protocolSteps++;
        for (int i = moments.size() - 1; i >= 0; i--) {
            if (moments.get(i).afterSteps <= protocolSteps) {
                timeline.after(random.nextLong(3_000), moments.remove(i).what);
            }
        }
    }

    // Half of what happens is tied to the steps of the protocol, so that each step meets each fault.
    private void sometime(int times, Runnable what) {
        for (int i = 0; i < times; i++) {
            if (random.nextBoolean()) {
                timeline.at(TRAFFIC_FROM + random.nextLong(plan.window), what);
            } else {
                moments.add(new Moment(20 + random.nextInt(20 + plan.moves * 40), what));
            }
        }
    }

    private void schedule() {
        List<Channel> channels = channels();
        for (int i = 0; i < plan.messages; ) {
            int several = 1 + random.nextInt(4);
            sometime(1, () -> burst(several, channels));
            i += several;
        }
        for (int i = 0; i < plan.moves; i++) {
            later(TRAFFIC_FROM + random.nextLong(plan.window * 2 / 3), this::beginMove);
        }
        sometime(plan.joiners, this::newMember);
        sometime(plan.churns, () -> churn(channels));
        sometime(plan.patterns, this::churnPattern);
        sometime(plan.aborts, this::abort);
        sometime(plan.stalls, this::stall);
        sometime(plan.subscriberCuts, () -> cut(true));
        sometime(plan.publisherCuts, () -> cut(false));
        sometime(plan.limps, () -> limp(channels));
        sometime(plan.coordinatorCuts, () -> {
            SimConnection victim = any(coordinator().connections());
            if (victim != null) {
                victim.cut();
            }
        });
        sometime(plan.hangs, () -> {
            SimMember victim = any(active());
            if (victim != null) {
                long until = timeline.now() + random.nextLong(plan.hangFor);
                victim.hang(until);
                busyUntil = Math.max(busyUntil, until);
            }
        });
        sometime(plan.crashes, () -> lose(true));
        sometime(plan.vanishings, () -> lose(false));
        sometime(plan.coordinatorCrashes, () -> {
            coordinator().crash();
            timeline.after(random.nextLong(30_000), this::newCoordinator);
        });
        sometime(plan.coordinatorHangs, () -> coordinator().hang(timeline.now() + 1_000 + random.nextLong(60_000)));
        sometime(plan.successors, () -> {
            if (random.nextInt(3) > 0) { // while writes of the former one are on their way
                coordinator().connections().forEach(c -> c.up.stall(timeline.now() + random.nextLong(100_000)));
                busyUntil = Math.max(busyUntil, timeline.now() + 100_000);
            }
            newCoordinator();
        });
        sometime(plan.deaths, this::killNode);
        sometime(plan.restarts, this::restartNode);
        sometime(plan.falseVerdicts, this::accuseNode);
        sometime(plan.dropOnes, history::dropOne);
        if (plan.leavers > 0) {
            later(TRAFFIC_FROM + random.nextLong(plan.window), () -> {
                // Who leaves before it is connected everywhere leaves its name behind on those nodes.
                SimMember leaver = any(active().stream()
                        .filter(member -> member.startedAt < timeline.now() - 100_000 || member.startedAt < 5_000)
                        .toList());
                if (leaver != null && active().size() > 1) {
                    say(leaver.name(), () -> "is asked to leave");
                    leaver.leave();
                }
                return true;
            });
        }
        for (int i = 0; i < plan.nodeJoins; i++) {
            Node added = node(8 + i, 1);
            later(TRAFFIC_FROM + random.nextLong(plan.window / 2), () -> join(added));
        }
        if (plan.retirements > 0) {
            int retired = 1 + random.nextInt(plan.nodes - 1);
            if (plan.nodes > 2) {
                later(TRAFFIC_FROM + random.nextLong(plan.window), () -> retire(node(retired, 1)));
            }
        }
    }

    /** Tries at that time, and again until it is done; the run does not end before. */
    private void later(long time, Supplier<Boolean> what) {
        pending++;
        attempt(time, what, 0);
    }

    private void attempt(long time, Supplier<Boolean> what, int tries) {
        timeline.at(time, () -> {
            if (tries > 2_000 || what.get()) {
                pending--;
            } else {
                attempt(timeline.now() + 2_000 + random.nextLong(2_000), what, tries + 1);
            }
        });
    }

    // Messages come in bursts to one channel, most often one that is moving, from one publisher or several.
    private void burst(int several, List<Channel> channels) {
        Channel channel = interesting(channels);
        SimMember same = random.nextBoolean() ? any(active()) : null;
        for (int i = 0; i < several; i++) {
            timeline.after(random.nextLong(1_200), () -> newMessage(channel, same));
        }
    }

    private Channel interesting(List<Channel> channels) {
        Handover open = any(store.ring().handovers());
        if (open != null && random.nextInt(8) > 0) {
            List<Channel> moving = channels.stream()
                    .filter(candidate -> open.slots().contains(candidate.slot()))
                    .toList();
            if (!moving.isEmpty()) {
                return moving.get(random.nextInt(moving.size()));
            }
        }
        return channels.get(random.nextInt(channels.size()));
    }

    private void newMessage(Channel channel, @Nullable SimMember same) {
        SimMember publisher = same != null && same.isActive() ? same : any(active());
        if (publisher == null) {
            return;
        }
        Message message =
                new Message(history.nextNumber(), publisher, channel, chance(plan.bigPayloadPercent) ? 16_384 : 2);
        history.add(message);
        later(timeline.now(), () -> !publisher.isActive() || !publisher.isHung() && publisher.publish(message));
    }

    // ---- the operator

    private boolean beginMove() {
        SimCoordinator running = coordinator();
        Ring ring = store.ring();
        if (!running.isIdle() || ring.handovers().size() >= plan.maxOpen) {
            return false;
        }
        Channel channel = Channel.of(random.nextInt(plan.tags), 0);
        String source = ring.table().owner(channel.slot());
        List<Node> targets = new ArrayList<>(ring.nodes());
        targets.removeIf(node -> node.id().equals(source) || verdicts.contains(node.id()));
        Node target = any(targets);
        if (source == null || target == null || verdicts.contains(source)) {
            return true;
        }
        if (ring.handoverOf(channel.slot()).isPresent()) {
            return false;
        }
        List<Integer> slots = new ArrayList<>();
        slots.add(channel.slot());
        for (int tag = 0; tag < plan.tags; tag++) {
            int slot = Channel.of(tag, 0).slot();
            if (source.equals(ring.table().owner(slot)) && ring.handoverOf(slot).isEmpty() && random.nextBoolean()) {
                slots.add(slot);
            }
        }
        running.on(new CoordinatorEvent.Move(source, target.id(), SlotSet.of(slots)));
        return true;
    }

    // Given up, and most often moved to another node at once, before all answers to the first request are in.
    private void abort() {
        Handover victim = any(store.ring().handovers());
        if (victim == null) {
            return;
        }
        coordinator().on(new CoordinatorEvent.Abort(victim.id(), "the operator says so"));
        List<Node> others = new ArrayList<>(store.ring().nodes());
        others.removeIf(node -> node.id().equals(victim.source()) || node.id().equals(victim.target()));
        Node other = any(others);
        if (other != null && random.nextInt(4) > 0) {
            coordinator().on(new CoordinatorEvent.Move(victim.source(), other.id(), victim.slots()));
            if (random.nextBoolean()) {
                slowSubscriber(any(active()), other.id());
            }
        }
    }

    /** What the member subscribes on the node is late. */
    private void slowSubscriber(@Nullable SimMember member, @Nullable String node) {
        if (member == null) {
            return;
        }
        for (SimConnection connection : member.connections()) {
            if (connection.server.id.equals(node) && connection.role == Role.SUBSCRIBER) {
                long until = timeline.now() + 5_000 + random.nextLong(50_000);
                say("net", () -> "what is sent on " + connection + " stalls until " + until / 1000 + " ms");
                connection.up.stall(until);
                busyUntil = Math.max(busyUntil, until);
            }
        }
    }

    private boolean join(Node node) {
        if (!servers.containsKey(node.id())) {
            SimServer server = open(node);
            server.nodeKey = node.id();
        }
        if (store.ring().node(node.id()) != null) {
            return true;
        }
        if (coordinator().isIdle() && coordinator().reaches(node)) {
            coordinator().on(new CoordinatorEvent.Join(node));
        }
        return false;
    }

    private boolean retire(Node node) {
        Ring ring = store.ring();
        if (ring.node(node.id()) == null) {
            timeline.after(300_000, () -> server(node.id()).die());
            return true;
        }
        if (coordinator().isIdle()) {
            SlotSet owned = ring.table().slotsOf(node.id());
            boolean moving = ring.handovers().stream()
                    .anyMatch(h -> h.source().equals(node.id()) || h.target().equals(node.id()));
            if (!moving && owned.isEmpty()) {
                coordinator().on(new CoordinatorEvent.Retire(node.id()));
            } else if (!moving && ring.handovers().size() < plan.maxOpen) {
                coordinator()
                        .on(new CoordinatorEvent.Move(
                                node.id(), ring.nodes().getFirst().id(), owned));
            }
        }
        return false;
    }

    // ---- the application

    private List<SimMember> active() {
        return members.stream().filter(SimMember::isActive).toList();
    }

    private void churn(List<Channel> channels) {
        SimMember member = any(active());
        if (member != null) {
            Channel channel = interesting(channels);
            if (member.subscription(channel, null).wanted) {
                say(member.name(), () -> "application unsubscribes " + channel.name());
                member.unsubscribe(channel);
            } else {
                say(member.name(), () -> "application subscribes " + channel.name());
                Handover open = store.ring().handoverOf(channel.slot()).orElse(null);
                if (plan.stalls > 0 && open != null) {
                    slowSubscriber(member, random.nextInt(4) == 0 ? open.source() : open.target());
                }
                member.subscribe(List.of(channel));
            }
        }
    }

    private void churnPattern() {
        SimMember member = any(active());
        if (member != null) {
            String pattern = Channel.patternOf(random.nextInt(plan.tags));
            if (member.subscription(null, pattern).wanted) {
                say(member.name(), () -> "application unsubscribes pattern " + pattern);
                member.unsubscribePattern(pattern);
            } else {
                say(member.name(), () -> "application subscribes pattern " + pattern);
                member.subscribePattern(pattern);
            }
        }
    }

    // ---- faults

    private void cut(boolean subscriber) {
        SimMember member = any(active());
        if (member != null) {
            List<SimConnection> all = new ArrayList<>(member.connections());
            all.removeIf(c -> (c.role == Role.SUBSCRIBER) != subscriber || !preferred(c));
            SimConnection victim = any(all);
            if (victim != null) {
                victim.cut();
            }
        }
    }

    // A publish is on its way to a source when its connection is cut; the member publishes again once it is back.
    private void limp(List<Channel> channels) {
        SimMember member = any(active());
        if (member == null || member.isHung()) {
            return;
        }
        Channel channel = interesting(channels);
        SimConnection victim = member.connection(member.routes().connection(channel.slot()));
        if (victim == null) {
            return;
        }
        if (random.nextBoolean()) {
            for (SimConnection other : member.connections()) {
                if (other.server == victim.server && other.role == Role.SUBSCRIBER) {
                    long until = timeline.now() + 10_000 + random.nextLong(50_000);
                    say("net", () -> "what arrives on " + other + " stalls until " + until / 1000 + " ms");
                    other.down.stall(until);
                    busyUntil = Math.max(busyUntil, until);
                }
            }
        }
        newMessage(channel, member);
        newMessage(channel, member);
        victim.cut();
        for (int i = 0; i < 6; i++) {
            timeline.after(8_000 + random.nextLong(40_000), () -> newMessage(channel, member));
        }
    }

    /** A subscription has become ready: the application may publish to it. */
    void becameReady(Subscription subscription) {
        Channel channel = subscription.channel;
        if (channel != null
                && timeline.now() > TRAFFIC_FROM
                && timeline.now() < TRAFFIC_FROM + plan.window
                && chance(plan.echoPercent)) {
            for (int i = 0; i < 3; i++) {
                timeline.after(random.nextLong(30_000), () -> newMessage(channel, null));
            }
        }
    }

    // Connections to sources of open handovers are the interesting ones.
    private boolean preferred(SimConnection connection) {
        List<Handover> open = store.ring().handovers();
        return open.isEmpty()
                || random.nextInt(4) == 0
                || open.stream()
                        .anyMatch(h -> h.source().equals(connection.server.id)
                                || random.nextInt(4) == 0 && h.target().equals(connection.server.id));
    }

    private void stall() {
        List<SimConnection> all = new ArrayList<>();
        servers.values().forEach(server -> all.addAll(server.connections()));
        if (random.nextInt(4) > 0) {
            all.removeIf(c -> !preferred(c));
        }
        if (plan.prompt) {
            all.removeIf(c -> c.role == null);
        }
        SimConnection victim = any(all);
        if (victim != null) {
            long until = timeline.now() + random.nextLong(plan.stallFor);
            boolean up = random.nextBoolean();
            say(
                    "net",
                    () -> (up ? "what is sent on " : "what arrives on ") + victim + " stalls until " + until / 1000
                            + " ms");
            (up ? victim.up : victim.down).stall(until);
            busyUntil = Math.max(busyUntil, until);
        }
    }

    private void lose(boolean crash) {
        List<SimMember> all = active();
        SimMember victim = all.size() > 1 ? any(all) : null;
        if (victim != null) {
            if (crash) {
                victim.crash();
            } else {
                victim.vanish();
            }
        }
    }

    private @Nullable SimServer victimNode() {
        Ring ring = store.ring();
        List<SimServer> all = new ArrayList<>();
        for (Node node : ring.nodes()) {
            SimServer server = server(node.id());
            if (server.alive && !verdicts.contains(server.id)) {
                all.add(server);
            }
        }
        if (all.size() < 2) {
            return null;
        }
        List<SimServer> involved = new ArrayList<>(all);
        involved.removeIf(server -> ring.handovers().stream()
                .noneMatch(h -> h.source().equals(server.id) || h.target().equals(server.id)));
        return random.nextInt(4) == 0 || involved.isEmpty() ? any(all) : any(involved);
    }

    private void killNode() {
        SimServer victim = victimNode();
        if (victim != null) {
            say(victim.id, () -> "FAULT node dies");
            die(victim);
        }
    }

    private void die(SimServer victim) {
        history.nodeDied(victim);
        victim.die();
        pending++;
        timeline.after(3_000 + random.nextLong(200_000), () -> {
            pending--;
            verdict(victim);
        });
    }

    private void verdict(SimServer victim) {
        say(victim.id, () -> "is said to be dead");
        for (Channel channel : channels()) {
            if (victim.id.equals(store.ring().table().owner(channel.slot()))
                    || store.ring().handoverOf(channel.slot()).isPresent()) {
                for (int i = 0; i < 3; i++) {
                    timeline.after(random.nextLong(25_000), () -> newMessage(channel, null));
                }
            }
        }
        verdicts.add(victim.id);
        for (SimCoordinator coordinator : coordinators) {
            coordinator.on(new CoordinatorEvent.NodeDead(victim.id));
        }
    }

    private void accuseNode() {
        SimServer victim = victimNode();
        if (victim != null) {
            say(victim.id, () -> "FAULT false verdict");
            verdict(victim);
        }
    }

    private void restartNode() {
        SimServer victim = victimNode();
        if (victim != null) {
            say(victim.id, () -> "FAULT node restarts empty");
            die(victim);
            Node same = new Node(victim.id + "r", "", victim.node.addresses());
            open(same);
            if (random.nextBoolean()) {
                later(timeline.now() + random.nextLong(300_000), () -> {
                    server(same.id()).nodeKey = same.id();
                    return join(same);
                });
            }
        }
    }

    // ---- the end

    private void watch() {
        moments.clear();
        if (restless().isEmpty()) {
            // What is on its way may still arrive.
            timeline.after(250_000, () -> {
                if (restless().isEmpty()) {
                    atRest = true;
                } else {
                    watch();
                }
            });
        } else {
            timeline.after(15_000, this::watch);
        }
    }

    /** Why this is not the end yet; empty when it is. */
    private String restless() {
        if (pending > 0 || timeline.now() < busyUntil) {
            return pending + " things are still to be done";
        }
        Ring ring = store.ring();
        if (!ring.handovers().isEmpty()) {
            return "open in " + text(ring);
        }
        Coordinator machine = coordinator().machine();
        if (machine == null || !coordinator().isIdle() || machine.ring().epoch() != ring.epoch()) {
            return coordinator().name() + " is not idle at the stored epoch " + ring.epoch();
        }
        for (String verdict : verdicts) {
            if (ring.node(verdict) != null) {
                return verdict + " is dead and still listed";
            }
        }
        for (Node node : ring.nodes()) {
            Ring stored = server(node.id()).ring;
            if (stored == null || stored.epoch() != ring.epoch()) {
                return "key of " + node.id() + " is "
                        + (stored == null ? "absent" : "at " + stored.epoch() + ", not at " + ring.epoch());
            }
        }
        for (SimMember member : members) {
            if (member.isActive()) {
                Ring known = member.machine.ring();
                if (known == null || bending.realEpoch(known) != ring.epoch()) {
                    return member.name() + " has not adopted " + ring.epoch();
                }
                if (member.machine.unready() > 0 || member.machine.heldBytes() > 0) {
                    return member.name() + " has " + member.machine.unready() + " unready, "
                            + member.machine.heldBytes() + " bytes held";
                }
            }
        }
        return "";
    }

    // ---- for people

    static String text(Ring ring) {
        StringBuilder text =
                new StringBuilder("ring e").append(ring.epoch()).append(" t").append(ring.term());
        for (Handover handover : ring.handovers()) {
            text.append(" [h")
                    .append(handover.id())
                    .append(' ')
                    .append(handover.source())
                    .append("->")
                    .append(handover.target())
                    .append(' ')
                    .append(handover.phase())
                    .append('@')
                    .append(handover.phaseEpoch())
                    .append(" {")
                    .append(handover.slots())
                    .append("}]");
        }
        return ring.dead().isEmpty() ? text.toString() : text + " dead " + ring.dead();
    }

    /** A record as text, with rings cut short and payloads as message numbers. */
    static String describe(Object record) {
        StringBuilder text = new StringBuilder(record.getClass().getSimpleName());
        for (var component : record.getClass().getRecordComponents()) {
            try {
                var accessor = component.getAccessor();
                accessor.setAccessible(true);
                Object value = accessor.invoke(record);
                text.append(' ')
                        .append(
                                switch (value) {
                                    case null -> "null";
                                    case Ring ring -> "(" + text(ring) + ")";
                                    case byte[] payload -> "m" + Message.idOf(payload);
                                    case Node node -> node.id();
                                    case io.slackwater.ring.handover.Routes routes -> "e" + routes.epoch();
                                    default -> value.toString();
                                });
            } catch (ReflectiveOperationException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        return text.toString();
    }

    private record Moment(int afterSteps, Runnable what) {}
}
