package io.slackwater.ring.handover;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the one writer of the ring does in the protocol: a state machine, events in and actions out.
 *
 * <p><b>The idea.</b> There is one ring, and it changes in steps. Each step goes through the same stages, in this order and never in
 * another (rules 1 to 3): the next ring is <i>persisted</i> by compare-and-set; it is <i>written</i> on every live node; the
 * connections of the sources whose phase changed are <i>listed</i>; it is <i>published</i>. Then the machine is idle, and looks for
 * all that can be done next: verdicts, aborts, phases that everybody has answered, requests. All of it becomes one step, each change
 * with an epoch of its own.
 *
 * <p><b>Invariants.</b> Nothing is written on a node that is not persisted. Nobody is awaited who connected after the phase was
 * written: he has read it. Nothing is given up after PREPARE; when the target dies later its slots fail over. A node that is down
 * without a verdict stops every step until it is back or declared dead.
 *
 * <p>The rules are those of the protocol's specification, numbers in comments are theirs. Not thread-safe: one thread at a time.
 */
public final class Coordinator {
    private static final long CHECK_AGAIN_MILLIS = 50;

    /** How often it is looked who is still there, until those who are and do not answer are late. */
    private static final int LOOKS = 8;

    private static final long ASK_AGAIN_MILLIS = 250;
    private static final long FORGET_MILLIS = 10_000;
    private static final int MAX_REQUESTS = 1_024;

    /** Where the machine is in a step. */
    private enum Stage {
        STARTING,
        PERSISTING,
        WRITING,
        LISTING,
        PUBLISHING,
        IDLE,
        DEPOSED
    }

    private final HandoverSettings settings;
    private final Reassignment reassignment;
    private final Set<String> up = new TreeSet<>();
    private final Set<String> verdicts = new TreeSet<>();
    private final Deque<CoordinatorEvent> requests = new ArrayDeque<>();
    private final Map<Long, String> aborts = new TreeMap<>();
    private final Map<Long, Awaited> awaited = new TreeMap<>();
    private final Map<Long, TermBooks> books = new TreeMap<>();
    private final Map<Long, Handover> settling = new TreeMap<>();
    private final Map<String, Latency> latencies = new HashMap<>();
    private final Map<Long, Map<String, Long>> putOff = new TreeMap<>();
    // Epoch at which each slot got its owner, as far as this coordinator has seen it; 0 when that was before its time.
    private final long[] ownedSince = new long[Slots.COUNT];
    private final Map<Long, SortedMap<Integer, Long>> termsBegan = new TreeMap<>();
    // Members that have counted on a node and then had no connection to it, and at which epoch that was first seen.
    private final Map<String, Long> goneSince = new HashMap<>();
    private final Readers readers;
    private boolean tellWhole;

    private Ring ring;
    private Stage stage = Stage.STARTING;
    private boolean newerFound;
    private boolean tookOver;
    private RingChange change = RingChange.NONE;
    private final Set<String> todo = new TreeSet<>();
    private final Map<String, Long> listRequests = new LinkedHashMap<>();
    private long lastRequest;
    private long wakeAt = Long.MAX_VALUE;
    private List<CoordinatorAction> out = new ArrayList<>();
    private long now;

    /** @param persisted the ring as read from where it is persisted, under this coordinator's own term */
    public Coordinator(Ring persisted, HandoverSettings settings, Reassignment reassignment) {
        this(persisted, settings, reassignment, ConnectionName.VERSION);
    }

    /**
     * One that publishes in no higher version of the protocol than {@code highest}, whatever members read, as a program before this one.
     *
     * @param persisted the ring as read from where it is persisted, under this coordinator's own term
     * @param highest 1 to {@link ConnectionName#VERSION}
     */
    public Coordinator(Ring persisted, HandoverSettings settings, Reassignment reassignment, int highest) {
        this.readers = new Readers(highest);
        this.ring = persisted;
        this.settings = settings;
        this.reassignment = reassignment;
    }

    /**
     * Takes one event.
     *
     * @param nowMillis any clock that does not go back
     * @return what is to be done, in order; the list is the caller's own
     */
    public List<CoordinatorAction> on(CoordinatorEvent event, long nowMillis) {
        out = new ArrayList<>(4);
        now = nowMillis;
        if (stage == Stage.DEPOSED) {
            return out;
        }
        switch (event) {
            case CoordinatorEvent.NodeUp nodeUp -> onNodeUp(nodeUp);
            case CoordinatorEvent.NodeDown down -> {
                up.remove(down.node());
                readers.lost(down.node());
            }
            case CoordinatorEvent.NodeDead dead -> onNodeDead(dead.node());
            case CoordinatorEvent.Persisted persisted -> {
                if (stage == Stage.PERSISTING && persisted.epoch() == ring.epoch()) {
                    write();
                }
            }
            case CoordinatorEvent.PersistConflict conflict -> depose(conflict.reason());
            case CoordinatorEvent.KeyWritten written -> onKeyWritten(written);
            case CoordinatorEvent.Listed listed -> onListed(listed);
            case CoordinatorEvent.Seen seen -> readers.listed(seen.node(), seen.connections());
            case CoordinatorEvent.Published published -> {
                if (stage == Stage.PUBLISHING && published.epoch() == ring.epoch()) {
                    todo.remove(published.node());
                }
            }
            case CoordinatorEvent.AckReceived received -> onAck(received.ack());
            case CoordinatorEvent.BooksRead read -> onBooksRead(read);
            case CoordinatorEvent.Move move -> request(move);
            case CoordinatorEvent.Join join -> request(join);
            case CoordinatorEvent.Retire retire -> request(retire);
            case CoordinatorEvent.Abort abort -> aborts.put(abort.handover(), abort.reason());
            case CoordinatorEvent.Wake ignored -> {}
        }
        proceed();
        tellNewcomers();
        askPrepareAgain();
        checkLate();
        scheduleWake();
        return out;
    }

    /** The ring as last asked to be persisted. The adapter keeps a connection to each of its nodes. */
    public Ring ring() {
        return ring;
    }

    public boolean isDeposed() {
        return stage == Stage.DEPOSED;
    }

    /** Whether the take-over is complete and nothing is being written: a {@code Move} would be begun at once. */
    public boolean isIdle() {
        return stage == Stage.IDLE;
    }

    /** Nodes that the current step, or the take-over, waits for. */
    public Set<String> waitingFor() {
        Set<String> waiting = new TreeSet<>(stage == Stage.LISTING ? listRequests.keySet() : todo);
        if (stage == Stage.STARTING) {
            waiting = missing();
        }
        return waiting;
    }

    /** Members whose slowness keeps handovers in PREPARE now, with what their last answer took in milliseconds; the slowest counts. */
    public Map<String, Long> slowMembers() {
        Map<String, Long> slow = new TreeMap<>();
        putOff.values().forEach(members -> members.forEach((member, millis) -> slow.merge(member, millis, Math::max)));
        return slow;
    }

    /** Milliseconds that the slowest of the members' last answers took; negative when none is known. */
    public long slowestAnswerMillis() {
        return latencies.values().stream()
                .filter(latency -> now - latency.at <= FORGET_MILLIS)
                .mapToLong(Latency::millis)
                .max()
                .orElse(-1);
    }

    /** By open handover, who has not answered its phase yet. */
    public Set<String> outstanding(long handover) {
        Awaited answers = awaited.get(handover);
        return answers == null ? Set.of() : answers.outstanding();
    }

    // ---- nodes
    // -------------------------------------------------------------------------------------------------------

    private void onNodeUp(CoordinatorEvent.NodeUp nodeUp) {
        String node = nodeUp.node();
        if (verdicts.contains(node) || ring.isDead(node)) {
            return; // dead is dead: it has to come back under another id
        }
        up.add(node);
        Ring stored = nodeUp.stored();
        if (stored != null && stored.epoch() > ring.epoch() && ring.node(node) != null) {
            if (stage != Stage.STARTING) {
                depose("node " + node + " has a ring of epoch " + stored.epoch() + ", newer than " + ring.epoch());
                return;
            }
            ring = stored.withTerm(ring.term()); // rule 9: after a restored backup the nodes know better
            newerFound = true;
        }
        askAgain(node, stored);
    }

    // What was asked of a connection that has ended is asked again on the new one.
    private void askAgain(String node, @Nullable Ring stored) {
        switch (stage) {
            case WRITING -> {
                if (todo.contains(node)) {
                    out.add(new CoordinatorAction.WriteKey(node, ring));
                }
            }
            case LISTING -> {
                if (listRequests.containsKey(node)) {
                    list(node);
                }
            }
            case PUBLISHING -> {
                if (todo.contains(node)) {
                    out.add(publication(node));
                }
            }
            case STARTING, PERSISTING, IDLE, DEPOSED -> {}
        }
        boolean written = stage == Stage.LISTING || stage == Stage.PUBLISHING || stage == Stage.IDLE;
        if (written && ring.node(node) != null && (stored == null || stored.epoch() < ring.epoch())) {
            out.add(new CoordinatorAction.WriteKey(node, ring)); // somebody deleted it
        }
        for (Handover handover : settling.values()) {
            if (handover.source().equals(node)) {
                readBooks(handover);
            }
        }
        for (Awaited answers : awaited.values()) {
            if (answers.handover.source().equals(node)) {
                if (stage == Stage.IDLE && answers.askedAgain() && !answers.isComplete()) {
                    askOnce(answers);
                }
                if (answers.check != 0) {
                    answers.check = 0;
                    answers.checkAt = now;
                }
                if (answers.handover.phase() == Phase.FENCE
                        && !booksOf(answers.handover).witnessesKnown()) {
                    readBooks(answers.handover);
                }
            }
        }
    }

    private void onNodeDead(String node) {
        up.remove(node);
        if (ring.isDead(node) || ring.node(node) == null) {
            return;
        }
        verdicts.add(node);
        todo.remove(node);
        listRequests.remove(node);
        for (Awaited answers : awaited.values()) {
            if (answers.handover.source().equals(node)) {
                answers.nobody();
            }
        }
        for (Handover handover : List.copyOf(settling.values())) {
            if (handover.source().equals(node)) {
                settle(handover, Set.of(), Map.of(), "its source " + node + " died");
            }
        }
    }

    private boolean isDead(String node) {
        return verdicts.contains(node) || ring.isDead(node);
    }

    private Set<String> missing() {
        Set<String> missing = new TreeSet<>();
        for (Node node : ring.nodes()) {
            if (!up.contains(node.id()) && !verdicts.contains(node.id())) {
                missing.add(node.id());
            }
        }
        return missing;
    }

    // ---- the stages of a step
    // ----------------------------------------------------------------------------------------

    private void proceed() {
        if (stage == Stage.STARTING && missing().isEmpty()) {
            change = RingChange.takeOver(ring, this::isDead);
            if (newerFound) {
                persist();
            } else {
                write();
            }
        }
        if (stage == Stage.WRITING && todo.isEmpty()) {
            stage = Stage.LISTING;
            listRequests.clear();
            for (String source : change.listOn()) {
                if (!isDead(source)) {
                    list(source);
                }
            }
            for (Handover handover : change.entered()) {
                if (handover.phase() == Phase.FENCE && !isDead(handover.source())) {
                    readBooks(handover); // who has counted: whoever connects from now on has not
                }
            }
        }
        if (stage == Stage.LISTING && listRequests.isEmpty()) {
            stage = Stage.PUBLISHING;
            todo.clear();
            for (Node node : ring.nodes()) {
                if (!isDead(node.id())
                        && (change.publishOn().isEmpty() || change.publishOn().contains(node.id()))) {
                    todo.add(node.id());
                    tell(publication(node.id()), node.id());
                }
            }
        }
        if (stage == Stage.PUBLISHING && todo.isEmpty()) {
            finishStep();
        }
        if (stage == Stage.IDLE) {
            nextStep();
        }
    }

    private CoordinatorAction publication(String node) {
        return new CoordinatorAction.PublishRing(
                node, ring, readers.publish(node, stage == Stage.PUBLISHING && tellWhole));
    }

    /**
     * Somebody has come who does not read what was published last. The keys hold whole rings, so that he has what was in force when he came; what has been
     * published since he may have missed.
     */
    private void tellNewcomers() {
        if (stage == Stage.IDLE) {
            Set<String> live = ring.nodeIds();
            live.removeIf(node -> isDead(node) || !up.contains(node));
            readers.retain(ring.nodeIds());
            live.stream().filter(readers::hasNewcomer).forEach(node -> out.add(publication(node)));
            Report.VersionChanged news = readers.news(live);
            if (news != null) {
                say(news);
            }
        }
    }

    private void persist() {
        stage = Stage.PERSISTING;
        out.add(new CoordinatorAction.Persist(ring));
    }

    private void write() {
        stage = Stage.WRITING;
        todo.clear();
        for (Handover handover : change.entered()) {
            Awaited answers = new Awaited(handover);
            awaited.put(handover.id(), answers);
            if (isDead(handover.source())) {
                answers.nobody();
            }
        }
        for (Node node : ring.nodes()) {
            if (!isDead(node.id())) {
                todo.add(node.id());
                tell(new CoordinatorAction.WriteKey(node.id(), ring), node.id());
            }
        }
    }

    private void list(String node) {
        listRequests.put(node, ++lastRequest);
        tell(new CoordinatorAction.ListConnections(node, lastRequest), node);
    }

    /** Asks now if the node is there; otherwise {@link #askAgain} does when it is back. */
    private void tell(CoordinatorAction action, String node) {
        if (up.contains(node)) {
            out.add(action);
        }
    }

    private void onKeyWritten(CoordinatorEvent.KeyWritten written) {
        if (written.storedEpoch() > ring.epoch()) {
            depose("node " + written.node() + " refused epoch " + written.epoch() + ": it has "
                    + written.storedEpoch());
        } else if (stage == Stage.WRITING && written.epoch() == ring.epoch()) {
            todo.remove(written.node());
        }
    }

    private void onListed(CoordinatorEvent.Listed listed) {
        readers.listed(listed.node(), listed.connections());
        listed.connections().forEach(connection -> goneSince.remove(key(listed.node(), connection.member())));
        if (stage == Stage.LISTING && listRequests.getOrDefault(listed.node(), 0L) == listed.request()) {
            listRequests.remove(listed.node());
            for (Handover handover : change.entered()) {
                Awaited answers = awaited.get(handover.id());
                if (handover.source().equals(listed.node()) && answers != null) {
                    answers.list(listed.connections());
                }
            }
            return;
        }
        for (Awaited answers : awaited.values()) {
            if (answers.check == listed.request() && answers.handover.source().equals(listed.node())) {
                answers.check = 0;
                answers.keep(listed.connections(), now >= answers.lateAt);
                fenceOff(answers, listed.connections());
            }
        }
    }

    private void finishStep() {
        stage = Stage.IDLE;
        if (!tookOver) {
            tookOver = true;
            say(new Report.TookOver(ring.epoch(), ring.term()));
        }
        for (Handover handover : change.entered()) {
            Awaited answers = awaited.get(handover.id());
            if (answers != null) {
                answers.publishedAt = now;
                awaitFrom(answers, timeout(handover.phase()));
            }
        }
        change.reports().forEach(this::say);
        for (Handover done : change.done()) {
            settling.put(done.id(), done);
            if (isDead(done.source())) {
                settle(done, Set.of(), Map.of(), "its source " + done.source() + " died");
            } else {
                readBooks(done);
            }
        }
        change = RingChange.NONE;
    }

    private long timeout(Phase phase) {
        return phase == Phase.PREPARE ? settings.prepareTimeoutMillis() : settings.ackTimeoutMillis();
    }

    private void nextStep() {
        RingChange next = RingChange.next(
                ring, settings, reassignment, verdicts, aborts, requests, up, this::isAnswered, this::isSettling);
        aborts.keySet()
                .removeIf(id ->
                        ring.handover(id).isEmpty() || next.ring().handover(id).isEmpty());
        if (next.ring().epoch() == ring.epoch()) {
            next.reports().forEach(this::say); // refusals
            return;
        }
        change = next;
        tellWhole = next.isFailure(ring);
        for (Handover handover : ring.handovers()) {
            Handover after = next.ring().handover(handover.id()).orElse(null);
            if (after == null || after.phase() != handover.phase()) {
                Awaited answers = awaited.remove(handover.id());
                if (after == null && answers != null) {
                    cutOffStalled(answers);
                }
                putOff.remove(handover.id());
            }
        }
        for (Handover done : next.done()) {
            termsBegan.put(done.id(), ownedSince(done.slots()));
        }
        ring.table()
                .forEachDifference(
                        next.ring().table(),
                        (owner, slot) -> ownedSince[slot] = next.ring().epoch());
        for (Handover done : next.done()) { // the target counts from COMMIT on, long before it is the owner
            done.slots().forEach(slot -> ownedSince[slot] = done.id());
        }
        ring = next.ring();
        verdicts.removeIf(ring::isDead);
        persist();
    }

    /**
     * The target died in COMMIT, and its heirs get the slots while publishes may still be on their way to the source. Nobody listens there
     * any more, but the slots may return to it: what then arrives would be out of order. So connections that have not answered are ended.
     */
    private void cutOffStalled(Awaited answers) {
        List<Long> stalled = answers.stalledPublishers();
        String source = answers.handover.source();
        if (!stalled.isEmpty() && !isDead(source)) {
            tell(new CoordinatorAction.Kill(source, stalled), source);
        }
    }

    private void request(CoordinatorEvent request) {
        if (requests.size() >= MAX_REQUESTS) {
            say(new Report.Refused(request, "too many requests wait: at most " + MAX_REQUESTS));
        } else {
            requests.add(request);
        }
    }

    private void depose(String reason) {
        stage = Stage.DEPOSED;
        out.add(new CoordinatorAction.Tell(new Report.Deposed(reason)));
    }

    // ---- answers
    // -----------------------------------------------------------------------------------------------------

    private void onAck(Ack ack) {
        Awaited answers = awaited.get(ack.handover());
        if (answers == null || !answers.accept(ack, now)) {
            return;
        }
        if (ack.phase() == Phase.FENCE && ack.book() != null) {
            booksOf(answers.handover).reported(ack.member(), ack.book());
        }
        long millis = answers.answeredAfter(ack.member());
        // A first answer to PREPARE also takes the time of subscribing: if it was slow, that says nothing yet.
        if (millis >= 0
                && (ack.phase() != Phase.PREPARE || answers.askedAgain() || millis <= settings.slowAfterMillis())) {
            latencies.put(ack.member(), new Latency(millis, now));
        }
    }

    /** Whether everybody has answered the handover's phase, and nothing speaks against the next one. */
    private boolean isAnswered(Handover handover) {
        Awaited answers = awaited.get(handover.id());
        return answers != null
                && answers.handover.equals(handover)
                && answers.isComplete()
                && (handover.phase() != Phase.PREPARE || !isPutOff(handover, answers));
    }

    /**
     * Rule 6, second half: past PREPARE others hold messages back until everybody has answered, so a handover does not get there while
     * somebody is slow. What an answer takes is known from PREPARE, from COMMIT and FENCE of other handovers, and where that does not do
     * {@link #askPrepareAgain} finds it out.
     */
    private boolean isPutOff(Handover handover, Awaited answers) {
        latencies.values().removeIf(latency -> now - latency.at > FORGET_MILLIS);
        Map<String, Long> slow = new TreeMap<>();
        boolean known = true;
        for (String member : answers.asked()) {
            long millis = answers.answeredAfter(member);
            Latency latency = latencies.get(member);
            known &= millis >= 0 && (millis <= settings.slowAfterMillis() || answers.askedAgain());
            long last = Math.max(millis, latency == null ? 0 : latency.millis);
            if (last > settings.slowAfterMillis()) {
                slow.put(member, last);
            }
        }
        if (slow.isEmpty() && known) {
            putOff.remove(handover.id());
            return false;
        }
        if (!slow.isEmpty() && answers.askedAgain() && putOff.put(handover.id(), slow) == null) {
            say(new Report.PutOff(handover.id(), Map.copyOf(slow)));
        }
        return true;
    }

    /**
     * Those who have answered PREPARE are asked once more, to see what an answer takes now. The question is a ring that they have; to whom it comes
     * before the last change, which travels on other connections, it is that change and no question. So it is repeated until it is answered.
     */
    private void askPrepareAgain() {
        for (Awaited answers : awaited.values()) {
            if (stage != Stage.IDLE
                    || answers.handover.phase() != Phase.PREPARE
                    || now < answers.askAgainAt
                    || !up.contains(answers.handover.source())) {
                continue;
            }
            if (!answers.isComplete()) {
                if (answers.askedAgain()) {
                    answers.askAgainAt = now + ASK_AGAIN_MILLIS;
                    out.add(publication(answers.handover.source()));
                }
            } else if (isPutOff(answers.handover, answers)) {
                answers.askAgain();
                askOnce(answers);
            }
        }
    }

    private void askOnce(Awaited answers) {
        answers.publishedAt = now;
        answers.askAgainAt = now + ASK_AGAIN_MILLIS;
        awaitFrom(answers, timeout(Phase.PREPARE));
        out.add(publication(answers.handover.source()));
    }

    private void awaitFrom(Awaited answers, long timeout) {
        answers.lateAt = now + timeout;
        answers.checkAt = now + Math.max(1, timeout / LOOKS);
    }

    private void checkLate() {
        if (stage == Stage.DEPOSED) {
            return;
        }
        for (Awaited answers : awaited.values()) {
            if (now < answers.checkAt || answers.check != 0) {
                continue;
            }
            if (answers.isComplete()) {
                answers.checkAt = Long.MAX_VALUE;
            } else if (up.contains(answers.handover.source())) {
                answers.check = ++lastRequest;
                answers.checkAt = now + CHECK_AGAIN_MILLIS;
                out.add(new CoordinatorAction.ListConnections(answers.handover.source(), lastRequest));
            }
        }
    }

    private void fenceOff(Awaited answers, List<MemberConnection> present) {
        Set<String> late = answers.outstanding();
        if (late.isEmpty()) {
            return;
        }
        if (now < answers.lateAt) {
            answers.checkAt = Math.min(answers.lateAt, now + Math.max(1, timeout(answers.handover.phase()) / LOOKS));
            return;
        }
        String source = answers.handover.source();
        out.add(new CoordinatorAction.Kill(source, Awaited.connectionsOf(late, present)));
        for (String member : late) {
            booksOf(answers.handover).fencedOff(member);
            say(new Report.FencedOff(source, member, answers.handover.id()));
        }
        answers.checkAt = now + CHECK_AGAIN_MILLIS;
    }

    // ---- books
    // -------------------------------------------------------------------------------------------------------

    private TermBooks booksOf(Handover handover) {
        return books.computeIfAbsent(handover.id(), id -> new TermBooks());
    }

    private void readBooks(Handover handover) {
        SortedMap<Integer, Long> ended = termsBegan.get(handover.id());
        SortedMap<Integer, Long> since = ended == null ? ownedSince(handover.slots()) : ended;
        tell(new CoordinatorAction.ReadBooks(handover.source(), handover.id(), since), handover.source());
    }

    private SortedMap<Integer, Long> ownedSince(SlotSet slots) {
        SortedMap<Integer, Long> since = new TreeMap<>();
        slots.forEach(slot -> since.put(slot, ownedSince[slot]));
        return since;
    }

    private void onBooksRead(CoordinatorEvent.BooksRead read) {
        Handover done = settling.get(read.handover());
        if (done != null) {
            settle(done, read.members(), read.left(), "");
            return;
        }
        Awaited answers = awaited.get(read.handover());
        if (answers != null && answers.handover.phase() == Phase.FENCE) {
            booksOf(answers.handover).witnesses(read.members());
            for (String member : read.members()) {
                if (!answers.isThere(member)) {
                    goneSince.putIfAbsent(key(answers.handover.source(), member), ring.epoch());
                }
            }
        }
    }

    private static String key(String node, String member) {
        return node + ' ' + member;
    }

    private boolean isSettling(String node) {
        return settling.values().stream().anyMatch(handover -> handover.source().equals(node));
    }

    private void settle(Handover handover, Set<String> members, Map<String, Book> left, String spoiled) {
        settling.remove(handover.id());
        TermBooks all = booksOf(handover);
        books.remove(handover.id());
        if (!spoiled.isEmpty()) {
            all.spoil(spoiled);
        } else if (!all.witnessesKnown()) {
            all.spoil("who had counted was not read in time");
        }
        SortedMap<Integer, Long> since = termsBegan.remove(handover.id());
        long began = since == null || since.isEmpty() ? 0 : Collections.min(since.values());
        say(new Report.Settled(
                handover,
                all.verdict(
                        handover,
                        members,
                        left,
                        member -> goneSince.getOrDefault(key(handover.source(), member), Long.MAX_VALUE) < began)));
    }

    // ---- time
    // --------------------------------------------------------------------------------------------------------

    private void scheduleWake() {
        long next = Long.MAX_VALUE;
        if (stage != Stage.DEPOSED) {
            for (Awaited answers : awaited.values()) {
                next = Math.min(next, answers.check == 0 ? answers.checkAt : Long.MAX_VALUE);
            }
            for (Awaited answers : awaited.values()) {
                boolean waits = answers.askAgainAt > now && (answers.isComplete() || answers.askedAgain());
                next = Math.min(next, waits && stage == Stage.IDLE ? answers.askAgainAt : Long.MAX_VALUE);
            }
        }
        if (next != wakeAt && next != Long.MAX_VALUE) {
            out.add(new CoordinatorAction.WakeAt(next));
        }
        wakeAt = next;
    }

    private void say(Report report) {
        out.add(new CoordinatorAction.Tell(report));
    }

    private record Latency(long millis, long at) {}
}
