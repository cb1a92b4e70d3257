package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.ClusterCoordinator.Proof;
import io.slackwater.operator.coordination.RingKeeper.Outcome;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.coordination.Verdict.Sight;
import io.slackwater.operator.coordination.Wish.Pod;
import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Phase;
import io.slackwater.ring.PlannedNode;
import io.slackwater.ring.Planner;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingFormatException;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.handover.Ack;
import io.slackwater.ring.handover.Coordinator;
import io.slackwater.ring.handover.CoordinatorEvent;
import io.slackwater.ring.handover.CoordinatorEvent.AckReceived;
import io.slackwater.ring.handover.CoordinatorEvent.Move;
import io.slackwater.ring.handover.CoordinatorEvent.NodeDead;
import io.slackwater.ring.handover.CoordinatorEvent.NodeDown;
import io.slackwater.ring.handover.CoordinatorEvent.NodeUp;
import io.slackwater.ring.handover.CoordinatorEvent.Seen;
import io.slackwater.ring.handover.HandoverSettings;
import io.slackwater.ring.handover.Report;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs on the coordinator's thread: takes over, feeds the state machine with what happens, and asks of it what the wish needs next.
 *
 * <p>Stages: nothing is known before the first wish. Then what is stored is read, and taken over under the next term; if nothing is
 * stored, the first ring is made once enough pods have joined. From then on it leads, until somebody else has written. A change of the
 * handover settings, and a failure of the state machine, is a take-over from itself.
 */
final class Conductor implements NodeLink.Listener {
    private static final Logger log = LoggerFactory.getLogger(Conductor.class);
    private static final long TICK_MILLIS = 100;
    private static final long PING_MILLIS = 500;
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long REFUSED_PAUSE_MILLIS = 200;
    private static final long RESTART_MILLIS = 1_000;
    private static final long SLOW_STEP_MILLIS = 1_000;

    private enum Stage {
        NEW,
        TAKING_OVER,
        /** Nothing is stored: waits for enough pods. */
        STARTING,
        LEADING,
        DEPOSED
    }

    private final String cluster;
    private final CoordinatorLoop loop;
    private final LongSupplier clock;
    private final Clock wall;
    private final RingKeeper keeper;
    private final int highestVersion;
    private final NodeLinks links;
    private final MigrationLog migrations;
    private final Chronicle chronicle;
    private final Goals goals;
    private final CoordinatorMetrics metrics;
    private final MoveRate rate = new MoveRate();
    private final MovePace pace = new MovePace();
    private final Observations observations;
    private final NodeViews views;
    private final Consumer<Snapshot> publish;
    private final Map<String, @Nullable Ring> stored = new HashMap<>();
    private final Map<String, String> unusable = new HashMap<>();
    private long epochFound; // of the ring in the store, when this coordinator took over
    private final Set<String> declaredDead = new HashSet<>();
    private final Set<String> cutOff = new HashSet<>();

    private Stage stage = Stage.NEW;
    private @Nullable Wish wish;
    private @Nullable Coordinator machine;
    private @Nullable ActionRunner actions;
    private HandoverSettings settings = HandoverSettings.DEFAULT;
    private long ownersChangedAt;
    private long idleSince;
    private long holdUntil;
    private long pingedAt;
    private @Nullable Future<?> ticking;
    private boolean tickingSlowly;
    private int left;
    private boolean soon;
    private Snapshot.@Nullable Rest rest;
    private String waiting = "";
    private volatile @Nullable Ring published;
    private String deposedReason = "";

    /**
     * @param highestVersion of the protocol in which rings are published
     * @param publish takes each new snapshot
     */
    Conductor(
            String cluster,
            CoordinatorLoop loop,
            LongSupplier clock,
            Clock wall,
            NodeDialer dialer,
            RingKeeper keeper,
            CoordinatorMetrics metrics,
            int highestVersion,
            Consumer<Snapshot> publish) {
        this.cluster = cluster;
        this.loop = loop;
        this.clock = clock;
        this.wall = wall;
        this.keeper = keeper;
        this.highestVersion = highestVersion;
        this.publish = publish;
        this.observations = new Observations(clock, this::seen);
        this.migrations = new MigrationLog(wall);
        this.metrics = metrics;
        this.chronicle = new Chronicle(cluster, wall, migrations, metrics);
        this.links = new NodeLinks(
                (pod, address, tlsName) -> new NodeLink(pod, address, tlsName, dialer, loop, clock, this));
        this.goals = new Goals(cluster, links, migrations);
        this.views = new NodeViews(links, observations, wall);
        loop.execute(this::tick);
    }

    // ---- what comes from outside

    void wish(Wish next) {
        Wish former = wish;
        if (former == null || !former.owners().equals(next.owners())) {
            ownersChangedAt = clock.getAsLong();
        }
        wish = next;
        if (stage == Stage.DEPOSED) {
            soon();
            return;
        }
        links.adapt(next.pods(), ring());
        if (stage == Stage.NEW) {
            takeOver(null);
        } else if (stage == Stage.LEADING && !next.handover().equals(settings)) {
            log.info("cluster={} takes over from itself: the handover settings have changed", cluster);
            takeOver(null);
        }
        soon();
    }

    /** See {@link ClusterCoordinator#proveRemovable}. */
    CompletableFuture<Proof> proveRemovable(String podUid) {
        Wish now = wish;
        Ring ring = ring();
        Pod pod = now == null
                ? null
                : now.pods().stream()
                        .filter(p -> p.uid().equals(podUid))
                        .findFirst()
                        .orElse(null);
        if (now == null || pod == null) {
            return refused("no pod of this uid is known");
        }
        if (stage != Stage.LEADING || ring == null) {
            return refused("this coordinator does not lead" + (waiting.isEmpty() ? "" : ": " + waiting));
        }
        NodeLink link = links.ofPod(podUid);
        NodeSession own = link == null ? null : link.session();
        String id = links.idOf(podUid);
        boolean dead = pod.gone() || ring.isDead(id);
        if (now.owners().contains(podUid) && !pod.terminating() && !dead) {
            return refused("it shall own slots");
        }
        if (ring.nodes().stream().anyMatch(node -> NodeLinks.podName(node.id()).equals(pod.name()))) {
            return refused("it is still in the ring of epoch " + ring.epoch());
        }
        if (own == null && !dead && !id.isEmpty()) {
            return refused("it cannot be asked who is connected to it: " + (link == null ? "" : link.reason()));
        }
        List<NodeSession> sessions = new ArrayList<>();
        for (Node node : ring.nodes()) {
            NodeLink other = links.ofNode(node.id());
            NodeSession session = other == null ? null : other.session();
            if (session != null) {
                sessions.add(session);
            }
        }
        return RemovalProof.gather(pod.name(), ring.nodes().size(), sessions, dead ? null : own);
    }

    private static CompletableFuture<Proof> refused(String reason) {
        return CompletableFuture.completedFuture(new Proof.Refused(reason));
    }

    void close() {
        stop();
        links.close();
        metrics.close();
    }

    // ---- links

    @Override
    public void up(NodeLink link, NodeSession session) {
        String id = session.nodeId();
        links.identified(link, id);
        log.info("cluster={} node={} address={} connected", cluster, id, link.address());
        session.warnings()
                .forEach(warning -> chronicle.notice(true, "NodeConfiguration", "node " + id + " " + warning));
        Ring held = decode(id, session.stored());
        stored.put(id, held);
        Ring ring = ring();
        if (held != null && ring != null && ring.node(id) == null && held.epoch() > ring.epoch()) {
            unusable.put(
                    id,
                    "it holds a ring of epoch " + held.epoch() + ", newer than this cluster's " + ring.epoch()
                            + ": it belongs to another cluster of this name; start it empty");
        } else {
            unusable.remove(id);
        }
        goals.found(decode(id, session.goal()), wish);
        if (ring != null) {
            goals.leave(link, session, ring);
        }
        feed(new NodeUp(id, held));
        soon();
    }

    @Override
    public void down(NodeLink link, NodeSession session, String reason) {
        log.warn("cluster={} node={} address={} lost: {}", cluster, session.nodeId(), link.address(), reason);
        observations.lost(link);
        feed(new NodeDown(session.nodeId()));
        soon();
    }

    private void seen(NodeLink link, ClientList list) {
        NodeSession session = link.session();
        if (session != null) {
            feed(new Seen(session.nodeId(), list.members()));
        }
    }

    @Override
    public void refused(NodeLink link, String reason) {
        chronicle.notice(true, "NodeRefused", "the server at " + link.address() + " cannot be a node: " + reason);
        soon();
    }

    @Override
    public void ack(NodeLink link, byte[] message) {
        if (observations.heard(link, message, ring())) {
            return;
        }
        try {
            Ack ack = Ack.decode(message);
            feed(new AckReceived(ack));
            if (ack.phase() == Phase.FENCE) {
                migrations.fenceAcked(ack.handover());
            }
        } catch (IllegalArgumentException e) {
            log.debug("cluster={} address={} no ack: {}", cluster, link.address(), e.getMessage());
        }
    }

    private @Nullable Ring decode(String id, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return RingCodec.decode(bytes);
        } catch (RingFormatException e) {
            chronicle.notice(true, "RingUnreadable", "the ring on node " + id + " cannot be read: " + e.getMessage());
            return null;
        }
    }

    // ---- taking over

    private void takeOver(@Nullable Ring initial) {
        stop();
        stage = Stage.TAKING_OVER;
        waiting = "the stored ring is being read";
        keeper.takeOver(
                initial, found -> found.withTerm(found.term() + 1), outcome -> loop.execute(() -> takenOver(outcome)));
    }

    private void takenOver(Outcome outcome) {
        if (stage != Stage.TAKING_OVER || wish == null) {
            return;
        }
        switch (outcome) {
            case Outcome.Nothing nothing -> {
                stage = Stage.STARTING;
                log.info("cluster={} no ring is stored: waiting for the first nodes", cluster);
            }
            case Outcome.Conflict conflict -> deposed(conflict.reason());
            case Outcome.Kept kept -> lead(kept.ring(), wish.handover());
        }
        soon();
    }

    private void lead(Ring ring, HandoverSettings handover) {
        log.info("cluster={} epoch={} term={} taking over", cluster, ring.epoch(), ring.term());
        stage = Stage.LEADING;
        epochFound = ring.epoch();
        settings = handover;
        machine = new Coordinator(ring, handover, this::reassign, highestVersion);
        actions = new ActionRunner(
                links, keeper, loop, clock, this::feed, this::told, observations::listed, told -> published = told);
        declaredDead.clear();
        for (Handover open : ring.handovers()) { // what a predecessor left open goes on
            migrations.resume();
            migrations.entered(open);
            metrics.entered(open);
        }
        adaptLinks();
        for (NodeLink link : links.all()) {
            NodeSession session = link.session();
            if (session != null) {
                feed(new NodeUp(session.nodeId(), stored.get(session.nodeId())));
            }
        }
    }

    /** Enough pods for a first ring, or an older one that the nodes still hold: the newest of those wins. */
    private void start(Wish now) {
        List<Node> nodes = new ArrayList<>();
        Ring newest = null;
        for (Pod pod : now.pods()) {
            NodeLink link = links.ofPod(pod.uid());
            NodeSession session = link == null ? null : link.session();
            if (session == null || pod.gone()) {
                continue;
            }
            Ring held = stored.get(session.nodeId());
            if (held != null && (newest == null || held.epoch() > newest.epoch())) {
                newest = held;
            }
            if (now.owners().contains(pod.uid()) && pod.ready() && !pod.terminating()) {
                nodes.add(new Node(session.nodeId(), pod.tlsName(), List.of(new Node.Address(pod.host(), pod.port()))));
            }
        }
        if (nodes.size() < now.minimumToStart()) {
            waiting = nodes.size() + " of the " + now.minimumToStart() + " nodes needed for the first ring are there";
            return;
        }
        if (newest != null) {
            chronicle.notice(
                    true,
                    "RingRecovered",
                    "no ring was stored; the one of epoch " + newest.epoch() + " that the nodes hold is taken");
            takeOver(newest.withTerm(newest.term() + 1));
            return;
        }
        List<PlannedNode> planned =
                nodes.stream().map(node -> PlannedNode.of(node.id())).toList();
        SlotTable table = Planner.plan(SlotTable.UNASSIGNED, planned, SlotLoad.UNIFORM, now.planner())
                .result();
        chronicle.notice(false, "RingCreated", "the first ring, over " + nodes.size() + " nodes");
        takeOver(new Ring(1, 1, nodes, List.of(), table, List.of()));
    }

    /** Ends the state machine; what it asked for and is not answered yet comes to nothing. */
    private void stop() {
        if (actions != null) {
            actions.close();
        }
        machine = null;
        actions = null;
    }

    private void deposed(String reason) {
        log.warn("cluster={} deposed: {}", cluster, reason);
        chronicle.notice(true, "Deposed", "another coordinator has taken over: " + reason);
        stage = Stage.DEPOSED;
        deposedReason = reason;
        Coordinator last = machine;
        stop();
        machine = last; // its ring is the last one known
        links.close();
    }

    // ---- the state machine

    private void feed(CoordinatorEvent event) {
        Coordinator current = machine;
        ActionRunner runner = actions;
        if (current == null || runner == null || stage != Stage.LEADING) {
            return;
        }
        try {
            current.on(event, clock.getAsLong()).forEach(runner::run);
        } catch (RuntimeException e) {
            log.error("cluster={} the state machine failed on {}; taking over anew", cluster, event, e);
            chronicle.notice(true, "CoordinatorFailed", "the coordinator failed and takes over anew: " + e);
            stop();
            stage = Stage.TAKING_OVER;
            loop.schedule(() -> takeOver(null), RESTART_MILLIS);
        }
    }

    private SlotTable reassign(SlotTable table, Set<String> dead, List<String> live) {
        Set<String> wanted = wantedIds();
        List<PlannedNode> heirs =
                live.stream().filter(wanted::contains).map(PlannedNode::of).toList();
        if (heirs.isEmpty()) {
            heirs = live.stream().map(PlannedNode::of).toList();
        }
        Wish now = Objects.requireNonNull(wish);
        SlotTable result = table;
        for (String node : dead) {
            result = Planner.failover(result, node, heirs, observations.load().planned(), now.planner())
                    .result();
        }
        return result;
    }

    private Set<String> wantedIds() {
        Set<String> ids = new HashSet<>();
        if (wish != null) {
            for (Pod pod : wish.pods()) {
                if (wish.owners().contains(pod.uid()) && !pod.terminating() && !pod.gone()) {
                    ids.add(links.idOf(pod.uid()));
                }
            }
        }
        return ids;
    }

    private void told(Report report) {
        chronicle.tell(report);
        switch (report) {
            case Report.TookOver tookOver -> {
                if (tookOver.epoch() > epochFound) {
                    chronicle.notice(
                            true,
                            "RingRestored",
                            "the ring that was stored is of epoch " + epochFound + ", that of the nodes of epoch "
                                    + tookOver.epoch()
                                    + ", as after a restored backup: the nodes' is in force and stored again");
                }
                Ring taken = Objects.requireNonNull(ring());
                unusable.keySet().removeIf(id -> taken.node(id) != null); // judged by the older ring
            }
            case Report.Refused refused -> holdUntil = clock.getAsLong() + REFUSED_PAUSE_MILLIS;
            case Report.FailedOver failedOver -> goals.failedOver();
            case Report.Deposed deposed -> deposed(deposed.reason());
            default -> {} // told, and that is all
        }
        adaptLinks();
        soon();
    }

    /** See {@link ClusterCoordinator#published}. For any thread. */
    @Nullable
    Ring published() {
        return published;
    }

    private @Nullable Ring ring() {
        return machine == null ? null : machine.ring();
    }

    private void adaptLinks() {
        if (wish != null && stage != Stage.DEPOSED) {
            links.adapt(wish.pods(), ring());
        }
    }

    // ---- what next

    /** Looks at everything once the events at hand are dealt with. */
    private void soon() {
        if (!soon) {
            soon = true;
            loop.execute(() -> {
                soon = false;
                advance();
            });
        }
    }

    private void tick() {
        try {
            look();
        } finally { // whatever fails is logged, and looked at again
            tickAfter(isAtRest() ? PING_MILLIS : TICK_MILLIS);
        }
    }

    private void look() {
        long now = clock.getAsLong();
        boolean ping = now - pingedAt >= PING_MILLIS - TICK_MILLIS / 2;
        pingedAt = ping ? now : pingedAt;
        observations.retain(Set.copyOf(links.all()));
        Ring ring = ring();
        for (NodeLink link : List.copyOf(links.all())) {
            if (ping) {
                link.tick();
            }
            NodeSession session = link.session();
            observations.look(
                    link,
                    ring != null && session != null && !ring.table().owners().contains(session.nodeId()));
        }
        advance();
    }

    private void tickAfter(long millis) {
        if (ticking != null) {
            ticking.cancel(false);
        }
        tickingSlowly = millis > TICK_MILLIS;
        ticking = loop.schedule(this::tick, millis);
    }

    /** Whether there is nothing to do and nothing to wait for: then it is enough to look as often as the nodes are asked whether they live. */
    private boolean isAtRest() {
        return stage == Stage.LEADING
                && rest != null
                && cutOff.isEmpty()
                && links.all().stream().allMatch(link -> link.session() != null);
    }

    private void advance() {
        Wish now = wish;
        if (now != null && stage == Stage.STARTING) {
            start(now);
        } else if (now != null && stage == Stage.LEADING) {
            judge();
            Coordinator current = machine;
            if (current != null && current.isIdle()) {
                idleSince = clock.getAsLong();
                step(now, current);
            } else if (current != null && clock.getAsLong() - idleSince > SLOW_STEP_MILLIS) {
                waiting = !keeper.trouble().isEmpty()
                        ? keeper.trouble()
                        : current.waitingFor().isEmpty()
                                ? "the ring is being written"
                                : "waiting for an answer of " + String.join(", ", current.waitingFor());
            }
        } else if (stage == Stage.DEPOSED) {
            waiting = "deposed: " + deposedReason;
        } else if (stage == Stage.TAKING_OVER && !keeper.trouble().isEmpty()) {
            waiting = keeper.trouble();
        }
        publish.accept(snapshot());
        if (tickingSlowly && !isAtRest()) {
            tickAfter(TICK_MILLIS);
        }
    }

    private void judge() {
        Ring ring = ring();
        cutOff.clear();
        if (ring == null) {
            return;
        }
        for (Sight sight : links.sights(ring, observations.unreachableForMost(ring), clock.getAsLong())) {
            switch (Verdict.of(sight)) {
                case Verdict.Alive alive -> {}
                case Verdict.CutOff off -> cutOff.add(sight.id());
                case Verdict.Dead dead -> {
                    if (declaredDead.add(sight.id())) {
                        log.warn("cluster={} node={} is dead: {}", cluster, sight.id(), dead.reason());
                        chronicle.notice(true, "NodeDead", "node " + sight.id() + " is dead: " + dead.reason());
                        feed(new NodeDead(sight.id()));
                    }
                }
            }
        }
    }

    private void step(Wish now, Coordinator current) {
        long millis = clock.getAsLong();
        if (millis < holdUntil) {
            return;
        }
        Ring ring = current.ring();
        Map<String, String> reachable = new HashMap<>();
        Set<String> refusedPods = new HashSet<>();
        for (Pod pod : now.pods()) {
            NodeLink link = links.ofPod(pod.uid());
            NodeSession session = link == null ? null : link.session();
            if (link != null && link.state() == NodeLink.State.REFUSED) {
                refusedPods.add(pod.uid());
            }
            if (session != null && unusable.containsKey(session.nodeId())) {
                refusedPods.add(pod.uid());
            } else if (session != null && !ring.isDead(session.nodeId())) {
                reachable.put(pod.uid(), session.nodeId());
            }
        }
        NextStep next = NextStep.of(new Situation(
                ring,
                now,
                reachable,
                refusedPods,
                Set.copyOf(cutOff),
                millis - ownersChangedAt < PATIENCE_MILLIS,
                pace.look(
                        current.slowestAnswerMillis(),
                        settings.slowAfterMillis(),
                        settings.maxOpen(),
                        now.slotsPerBatch(),
                        millis),
                rate.allows(now.subscriptionsPerSecond(), millis),
                now.passNonMembers() ? Map.of() : observations.bystanders(),
                observations.load().planned(),
                goals.current(),
                goals.earlier()));
        waiting = next.waiting().isEmpty() ? waitingForSlow(current.slowMembers()) : next.waiting();
        left = next.slotsLeft();
        goals.adopt(next.goal(), ring, now);
        migrations.planned(left);
        rest = next.requests().isEmpty()
                        && left == 0
                        && ring.handovers().isEmpty()
                        && next.waiting().isEmpty()
                ? new Snapshot.Rest(now.owners(), now.planner(), now.rebalance())
                : null;
        for (CoordinatorEvent request : next.requests()) {
            if (request instanceof Move move) {
                rate.spend(observations.subscriptions(ring, move, links.ofNode(move.source())));
            }
            feed(request);
        }
        Migration ended = next.requests().isEmpty() ? migrations.left(left) : null;
        if (ended != null) {
            goals.reached();
            chronicle.notice(
                    false,
                    now.abandoned() ? "MigrationCancelled" : "MigrationCompleted",
                    ended.reason() + ": " + ended.slotsMoved() + " slots moved in " + ended.handoversDone()
                            + " handovers");
        }
    }

    private String waitingForSlow(Map<String, Long> slow) {
        return slow.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(slowest -> "member " + slowest.getKey() + " needs " + slowest.getValue() + " ms to answer"
                        + (slow.size() == 1 ? "" : ", and " + (slow.size() - 1) + " more are slow")
                        + ": slots move on once every answer takes at most " + settings.slowAfterMillis()
                        + " ms (migration.limits.slowAfterMillis)")
                .orElse("");
    }

    // ---- telling

    private Snapshot snapshot() {
        Ring ring = ring();
        NodeViews.Look look = views.look(wish, ring, unusable);
        List<String> off = cutOff.stream().sorted().toList();
        metrics.cutOff(off);
        return new Snapshot(
                wall.instant(),
                ring,
                stage == Stage.LEADING,
                look.nodes(),
                migrations.current(),
                migrations.last(),
                look.members(),
                waiting,
                off,
                SnapshotBuilder.skewPercent(ring),
                stage == Stage.LEADING ? rest : null,
                look.measured(),
                chronicle.notices());
    }
}
