package io.slackwater.ring.handover;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.MemberAction.Counter;
import io.slackwater.ring.handover.OpenHandover.Held;
import io.slackwater.ring.handover.Subscription.On;
import io.slackwater.ring.handover.Subscriptions.Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a process that publishes or subscribes does in the protocol: a state machine, events in and actions out.
 *
 * <p><b>The idea.</b> A member keeps one ring, the one with the highest epoch it has seen on any connection, and derives everything
 * from it: which connections to keep, on which of them each channel is subscribed, where each slot is published, which answers are
 * due. Every event changes a little state, then the same few derivations run again. So a member that missed any number of messages
 * ends where one that saw them all is.
 *
 * <p><b>Invariants.</b>
 *
 * <ul>
 *   <li>From PREPARE until the fence a channel of a moving slot is listened to on source and target; the source's messages are
 *       delivered, the target's are held.
 *   <li>The fence passes only by a ring that shows FENCE, on (or read when making) the source's own subscribing connection, or by
 *       one that lists the source as dead, or shows the handover gone and the target as owner. The end of a connection is no fence.
 *   <li>A connection is used only after a ring at least as new as the member's was read on it, or came in on it.
 *   <li>An answer to COMMIT goes out on every publishing connection to the source, after the routes have changed.
 *   <li>A book is closed once: at the fence, when the replies of all that was published to the source are in.
 * </ul>
 *
 * <p>The rules are those of the protocol's specification, numbers in comments are theirs. Not thread-safe: one thread at a time.
 */
public final class Member {
    private static final long READ_AGAIN_MILLIS = 50;
    private static final long LEAVE_MILLIS = 1_000;

    private final String name;
    private final int publishersPerNode;
    private final HandoverSettings settings;
    private final PublishLedger published;
    private final RandomGenerator random;

    private final Subscriptions subscriptions = new Subscriptions();
    private final DeliveryCounts received = new DeliveryCounts();
    private final Map<String, Peer> peers = new LinkedHashMap<>();
    private final Map<Long, Link> links = new HashMap<>();
    private final Map<Long, OpenHandover> open = new TreeMap<>();
    private @Nullable Ring ring;
    private Routes routes = Routes.NONE;
    private long term;
    private long lastLink;
    private boolean routesStale;
    private boolean holdBegun;
    private long wakeAt = Long.MAX_VALUE;
    private boolean leaving;
    private boolean left;
    private long leaveBy = Long.MAX_VALUE;

    private List<MemberAction> out = new ArrayList<>();
    private long now;

    /**
     * @param name unique among the members that are alive, see {@link ConnectionName#member()}
     * @param publishersPerNode publishing connections to each node, 1 to 16
     * @param ledger counts what is published; shared with whoever publishes
     * @param random draws the pauses between attempts to connect
     */
    public Member(
            String name,
            int publishersPerNode,
            HandoverSettings settings,
            PublishLedger ledger,
            RandomGenerator random) {
        if (publishersPerNode < 1 || publishersPerNode > 16) {
            throw new IllegalArgumentException("publishersPerNode is " + publishersPerNode + ": must be 1 to 16");
        }
        this.name = new ConnectionName(ConnectionName.VERSION, "x", name, Role.SUBSCRIBER).member();
        this.publishersPerNode = publishersPerNode;
        this.settings = settings;
        this.published = ledger;
        this.random = random;
    }

    /**
     * Takes one event.
     *
     * @param nowMillis any clock that does not go back
     * @return what is to be done, in order; the list is the caller's own
     */
    public List<MemberAction> on(MemberEvent event, long nowMillis) {
        out = new ArrayList<>(4);
        now = nowMillis;
        if (left) {
            return out;
        }
        switch (event) {
            case MemberEvent.Message message -> {
                onMessage(message);
                if (holdBegun) {
                    holdBegun = false;
                    scheduleWake();
                }
                return out;
            }
            case MemberEvent.Subscribe subscribe -> {
                if (!leaving) {
                    subscribe.channels().forEach(channel -> aim(subscriptions.wantChannel(channel)));
                }
            }
            case MemberEvent.Unsubscribe unsubscribe -> {
                for (String channel : unsubscribe.channels()) {
                    Subscription subscription = subscriptions.channel(channel);
                    if (subscription != null) {
                        subscriptions.unwant(subscription);
                        aim(subscription);
                    }
                }
            }
            case MemberEvent.SubscribePattern subscribe -> {
                if (!leaving) {
                    aim(subscriptions.wantPattern(subscribe.pattern()));
                }
            }
            case MemberEvent.UnsubscribePattern unsubscribe -> {
                Subscription subscription = subscriptions.pattern(unsubscribe.pattern());
                if (subscription != null) {
                    subscriptions.unwant(subscription);
                    aim(subscription);
                }
            }
            case MemberEvent.RingSeen seen -> adopt(seen.ring());
            case MemberEvent.Connected connected -> onConnected(connected);
            case MemberEvent.RingRead read -> onRingRead(read);
            case MemberEvent.Disconnected disconnected -> onDisconnected(disconnected.connection());
            case MemberEvent.Control control -> onControl(control);
            case MemberEvent.Subscribed done -> {
                return onConfirmed(subscriptions.channel(done.channel()), done.connection());
            }
            case MemberEvent.Unsubscribed done -> {
                return onConfirmed(subscriptions.channel(done.channel()), done.connection());
            }
            case MemberEvent.PatternSubscribed done -> {
                return onConfirmed(subscriptions.pattern(done.pattern()), done.connection());
            }
            case MemberEvent.PatternUnsubscribed done -> {
                return onConfirmed(subscriptions.pattern(done.pattern()), done.connection());
            }
            case MemberEvent.AckReplied replied -> onAckReplied(replied);
            case MemberEvent.Wake ignored -> {}
            case MemberEvent.Leave ignored -> beginLeaving();
        }
        releaseOverdue();
        connectMissing();
        subscriptions.drainTo(out);
        reroute();
        answer();
        finishLeaving();
        scheduleWake();
        return out;
    }

    /** The ring in use; null before the first. */
    public @Nullable Ring ring() {
        return ring;
    }

    /** Where to publish now: that of the last {@link MemberAction.Reroute}. */
    public Routes routes() {
        return routes;
    }

    /** Whether no subscribing connection is usable: then rings should be looked for on the seeds again. */
    public boolean isCutOff() {
        return peers.values().stream().allMatch(peer -> peer.subscriber() == null);
    }

    /** How many channels and patterns are wanted and not ready. */
    public int unready() {
        return subscriptions.unready();
    }

    /** How many channels and patterns are wanted. */
    public int wanted() {
        return subscriptions.wanted();
    }

    /** Whether the channel is wanted, and every server that may send it has confirmed: its {@code ChannelReady} has come. */
    public boolean isChannelReady(String channel) {
        Subscription subscription = subscriptions.channel(channel);
        return subscription != null && subscription.ready;
    }

    /** The same for a pattern. */
    public boolean isPatternReady(String pattern) {
        Subscription subscription = subscriptions.pattern(pattern);
        return subscription != null && subscription.ready;
    }

    /** How many channels are wanted of each slot; patterns do not count. The array is the caller's own. */
    public int[] subscriptionsPerSlot() {
        int[] counts = new int[Slots.COUNT];
        subscriptions.groups().forEach(group -> counts[group.slot] = group.subscriptions.size());
        return counts;
    }

    /** Bytes of payload held for fences now. */
    public long heldBytes() {
        return open.values().stream().mapToLong(handover -> handover.heldBytes).sum();
    }

    // ---- messages
    // ----------------------------------------------------------------------------------------------------

    private void onMessage(MemberEvent.Message message) {
        Link link = links.get(message.connection());
        if (link == null || ring == null) {
            return;
        }
        Subscription subscription = message.pattern() == null
                ? subscriptions.channel(message.channel())
                : subscriptions.pattern(message.pattern());
        int slot = subscription == null || subscription.isPattern() ? Slots.of(message.channel()) : subscription.slot;
        if (ring.isDead(link.node)) { // rule 16
            count(Counter.STALE_DISCARDED, 1);
            return;
        }
        OpenHandover handover = openOf(slot);
        boolean hold = false;
        if (handover == null) {
            if (!link.node.equals(ring.table().owner(slot))) {
                count(Counter.STALE_DISCARDED, 1);
                return;
            }
        } else if (link.node.equals(handover.handover.target())) {
            hold = !handover.fenced && !handover.released;
        } else if (!link.node.equals(handover.handover.source()) || handover.fenced) {
            count(Counter.STALE_DISCARDED, 1);
            return;
        }
        if (subscription == null || !subscription.wanted || !isConfirmed(subscription, link)) {
            received.received(link.node, slot); // the server counted it, the application does not want it any more
        } else if (hold && handover != null) {
            hold(handover, subscription, slot, message);
        } else {
            received.received(link.node, slot);
            out.add(new MemberAction.Deliver(message.pattern(), message.channel(), message.payload()));
        }
    }

    // Between taking a subscription back and its next confirmation a connection carries the end of an earlier term, or
    // of what the
    // application has given up. A slot that has come back to the node must not take it for its own: rule 16.
    private static boolean isConfirmed(Subscription subscription, Link link) {
        On on = subscription.on(link.id);
        return on != null && on.confirmed;
    }

    private void hold(OpenHandover handover, Subscription subscription, int slot, MemberEvent.Message message) {
        if (handover.held.isEmpty()) {
            handover.holdUntil = now + settings.maxHoldMillis();
            holdBegun = true;
        }
        handover.held.add(new Held(subscription, subscription.generation, slot, message.channel(), message.payload()));
        handover.heldBytes += message.payload().length;
        if (handover.heldBytes > settings.maxHoldBytes()) {
            releaseEarly(handover);
        }
    }

    // Rule 20: late and possibly out of order is better than never.
    private void releaseOverdue() {
        for (OpenHandover handover : open.values()) {
            if (now >= handover.holdUntil) {
                releaseEarly(handover);
            }
        }
    }

    private void releaseEarly(OpenHandover handover) {
        count(Counter.RELEASED_EARLY, handover.held.size());
        handover.released = true;
        deliverHeld(handover, true, null);
    }

    /** Delivers what is held, or with {@code all} false only what is of slots that {@code next} gives to the target. */
    private void deliverHeld(OpenHandover handover, boolean all, @Nullable Ring next) {
        String target = handover.handover.target();
        long dropped = 0;
        for (Held held : handover.held) {
            if (!all && next != null && !continues(next, held.slot(), target)) {
                dropped++;
                continue;
            }
            received.received(target, held.slot());
            if (held.subscription().wanted && held.subscription().generation == held.generation()) {
                out.add(new MemberAction.Deliver(
                        held.subscription().isPattern() ? held.subscription().name : null,
                        held.channel(),
                        held.payload()));
            }
        }
        count(Counter.HELD_DROPPED, dropped);
        handover.held.clear();
        handover.heldBytes = 0;
        handover.holdUntil = Long.MAX_VALUE;
    }

    // ---- rings
    // -------------------------------------------------------------------------------------------------------

    private void onControl(MemberEvent.Control control) {
        Link link = links.get(control.connection());
        noticeTerm(control.ring());
        if (link != null && ring != null && control.ring().epoch() == ring.epoch()) {
            answerPrepareAgain(link.node);
        }
        adopt(control.ring());
        if (link == null || !links.containsKey(link.id)) {
            return;
        }
        if (link.state == Link.State.WAITING && isCurrent(control.ring())) {
            use(link);
        }
        passFence(control.ring(), link.node); // rule 17 a
    }

    private void onConnected(MemberEvent.Connected connected) {
        Link link = links.get(connected.connection());
        if (link == null) {
            return;
        }
        link.clientId = connected.clientId();
        link.state = Link.State.WAITING;
        ringRead(link, connected.ring());
    }

    private void onRingRead(MemberEvent.RingRead read) {
        Link link = links.get(read.connection());
        if (link != null && link.state == Link.State.WAITING) {
            link.reading = false;
            ringRead(link, read.ring());
        }
    }

    private void ringRead(Link link, @Nullable Ring read) {
        if (read != null) {
            noticeTerm(read);
            adopt(read);
        }
        if (!links.containsKey(link.id)) {
            return; // that ring does not list the node any more
        }
        if (read != null && link.role == Role.SUBSCRIBER) {
            passFence(read, link.node); // rule 17 b
        }
        if (read != null && isCurrent(read)) {
            use(link);
        } else { // rule 13
            link.readAgainAt = now + READ_AGAIN_MILLIS;
        }
    }

    private boolean isCurrent(Ring seen) {
        return ring != null && seen.epoch() >= ring.epoch();
    }

    private void noticeTerm(Ring seen) {
        if (seen.term() > term) {
            term = seen.term();
            open.values().forEach(OpenHandover::answerAgain); // rule 19
        }
    }

    // The coordinator publishes a ring that everybody has in order to see how long an answer takes.
    private void answerPrepareAgain(String source) {
        for (OpenHandover handover : open.values()) {
            if (handover.handover.phase() == Phase.PREPARE
                    && handover.handover.source().equals(source)) {
                handover.answered = 0;
            }
        }
    }

    private void adopt(Ring next) {
        Ring former = ring;
        if (former != null && next.epoch() <= former.epoch()) {
            if (next.epoch() < former.epoch()) {
                count(Counter.RING_NOT_NEWER, 1);
            }
            return;
        }
        ring = next;
        routesStale = true;
        endHandovers(next);
        List<Handover> begun = new ArrayList<>();
        for (Handover handover : next.handovers()) {
            OpenHandover known = open.get(handover.id());
            if (known == null) {
                open.put(handover.id(), new OpenHandover(handover));
                begun.add(handover);
            } else {
                known.handover = handover;
            }
        }
        for (OpenHandover handover : open.values()) {
            if (next.isDead(handover.handover.source())) { // rule 17 c
                fence(handover);
            }
        }
        if (former != null) {
            startTerms(former.table(), next.table());
        }
        adoptNodes(next);
        aimAll(null);
        begun.forEach(handover ->
                handover.slots().forEach(this::aimGroup)); // what it waits for, even if nothing else changed
    }

    // Rules 17 d and 18.
    private void endHandovers(Ring next) {
        for (Iterator<OpenHandover> all = open.values().iterator(); all.hasNext(); ) {
            OpenHandover handover = all.next();
            if (next.handover(handover.handover.id()).isEmpty()) {
                deliverHeld(handover, false, next);
                spoilReopened(handover, next);
                all.remove();
            }
        }
    }

    // The target died after the fence and the source has the slots again: this book is closed and begins at nothing,
    // while that of a
    // member who had not come so far goes on. The two do not add up, so the term says that it was interrupted.
    private void spoilReopened(OpenHandover handover, Ring next) {
        String source = handover.handover.source();
        if (handover.book != null) {
            handover.handover.slots().forEach(slot -> {
                if (source.equals(next.table().owner(slot))) {
                    received.interrupted(source, slot);
                }
            });
        }
    }

    /** Whether what the node sends for the slot is good by this ring: it owns the slot, or is the source of its handover. */
    private static boolean continues(Ring ring, int slot, String node) {
        return ring.handoverOf(slot)
                .map(handover -> handover.source().equals(node))
                .orElseGet(() -> node.equals(ring.table().owner(slot)));
    }

    // What was counted in a term that ended without a fence seen here was not reported and belongs to no later term.
    private void startTerms(SlotTable before, SlotTable after) {
        before.forEachDifference(after, (owner, slot) -> {
            published.account(owner).close(slot);
            received.close(owner, slot);
        });
    }

    private void passFence(Ring seen, String node) {
        for (Handover handover : seen.handovers()) {
            if (handover.phase() == Phase.FENCE && handover.source().equals(node)) {
                OpenHandover known = open.get(handover.id());
                if (known != null) {
                    fence(known);
                    handover.slots().forEach(this::aimGroup);
                }
            }
        }
    }

    private void fence(OpenHandover handover) {
        if (!handover.fenced) {
            handover.fenced = true;
            deliverHeld(handover, true, null);
        }
    }

    private @Nullable OpenHandover openOf(int slot) {
        for (OpenHandover handover : open.values()) {
            if (handover.handover.slots().contains(slot)) {
                return handover;
            }
        }
        return null;
    }

    // ---- connections
    // -------------------------------------------------------------------------------------------------

    private void adoptNodes(Ring next) {
        for (Iterator<Peer> all = peers.values().iterator(); all.hasNext(); ) {
            Peer peer = all.next();
            Node node = next.node(peer.node.id());
            if (node != null && node.equals(peer.node)) {
                continue;
            }
            all.remove();
            for (Peer.Place place : peer.places) {
                if (place.link != null) {
                    out.add(new MemberAction.Close(place.link.id));
                    forget(place.link);
                }
            }
            if (node == null) {
                published.forget(peer.node.id());
                received.forget(peer.node.id());
            }
        }
        for (Node node : next.nodes()) {
            peers.computeIfAbsent(node.id(), id -> new Peer(node, publishersPerNode));
        }
    }

    private void connectMissing() {
        for (Peer peer : peers.values()) {
            for (Peer.Place place : peer.places) {
                if (place.link == null && now >= place.retryAt) {
                    place.link = new Link(++lastLink, peer.node.id(), place.role, place.index);
                    links.put(place.link.id, place.link);
                    out.add(new MemberAction.Connect(
                            place.link.id,
                            peer.node,
                            place.role,
                            place.formerClientId)); // rule 12; a subscriber's would still be counted as a receiver
                }
            }
        }
        for (Link link : links.values()) {
            if (link.state == Link.State.WAITING && !link.reading && now >= link.readAgainAt) {
                link.reading = true;
                out.add(new MemberAction.ReadRing(link.id));
            }
        }
    }

    private void use(Link link) {
        link.state = Link.State.USABLE;
        Peer peer = peers.get(link.node);
        if (peer == null) {
            return;
        }
        peer.places.stream().filter(place -> place.link == link).forEach(Peer.Place::succeeded);
        for (OpenHandover handover : open.values()) {
            if (handover.handover.source().equals(link.node)) {
                handover.answerAgain(); // rule 19
            }
        }
        if (link.role == Role.PUBLISHER) {
            routesStale = true;
        } else {
            aimAll(link.node);
        }
    }

    private void onDisconnected(long connection) {
        Link link = links.get(connection);
        if (link == null) {
            return;
        }
        Peer peer = peers.get(link.node);
        if (peer != null) {
            peer.places.stream().filter(place -> place.link == link).forEach(place -> place.ended(now, random));
        }
        forget(link);
    }

    private void forget(Link link) {
        links.remove(link.id);
        if (link.role == Role.PUBLISHER) {
            routesStale = true;
            return;
        }
        subscriptions.forgetCommands(link);
        subscriptions.forEach(subscription -> {
            On on = subscription.on(link.id);
            if (on != null) {
                subscription.remove(on);
                interrupted(subscription, link.node);
                settle(subscription);
                if (subscription.ready && listensTo(subscription, link.node)) {
                    subscriptions.markReady(subscription, false);
                }
            }
        });
    }

    private void interrupted(Subscription subscription, String node) {
        if (!subscription.isPattern()) {
            received.interrupted(node, subscription.slot);
            return;
        }
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            received.interrupted(node, slot);
        }
    }

    // ---- what is subscribed where
    // ------------------------------------------------------------------------------------

    private void aimAll(@Nullable String node) {
        for (Group group : List.copyOf(subscriptions.groups())) {
            String first = listenFirst(group.slot);
            String second = listenSecond(group.slot);
            boolean changed = !same(first, group.first) || !same(second, group.second);
            if (changed || node != null && (node.equals(first) || node.equals(second))) {
                aimGroup(group);
            }
        }
        List.copyOf(subscriptions.patterns()).forEach(this::aim);
    }

    private void aimGroup(int slot) {
        Group group = subscriptions.group(slot);
        if (group != null) {
            aimGroup(group);
        }
    }

    private void aimGroup(Group group) {
        group.first = listenFirst(group.slot);
        group.second = listenSecond(group.slot);
        List.copyOf(group.subscriptions).forEach(this::aim);
    }

    private static boolean same(@Nullable String a, @Nullable String b) {
        return a == null ? b == null : a.equals(b);
    }

    /** Where a slot is listened to (rule 15): the owner; in an open handover its target, and until the fence its source. */
    private @Nullable String listenFirst(int slot) {
        OpenHandover handover = openOf(slot);
        return handover != null
                ? handover.handover.target()
                : ring == null ? null : ring.table().owner(slot);
    }

    private @Nullable String listenSecond(int slot) {
        OpenHandover handover = openOf(slot);
        return handover != null && !handover.fenced ? handover.handover.source() : null;
    }

    private boolean listensTo(Subscription subscription, String node) {
        return subscription.isPattern()
                ? peers.containsKey(node)
                : node.equals(listenFirst(subscription.slot)) || node.equals(listenSecond(subscription.slot));
    }

    /** Makes the connections carry the subscription where it belongs, and nowhere else. */
    private void aim(Subscription subscription) {
        for (On on = subscription.first(); on != null; on = on.next) {
            if (on.subscribed && !(subscription.wanted && listensTo(subscription, on.link.node))) {
                subscriptions.takeBack(subscription, on);
            }
        }
        if (subscription.wanted) {
            if (subscription.isPattern()) {
                peers.keySet().forEach(node -> ask(subscription, node));
            } else {
                ask(subscription, listenFirst(subscription.slot));
                ask(subscription, listenSecond(subscription.slot));
            }
        }
        settle(subscription);
    }

    private void ask(Subscription subscription, @Nullable String node) {
        Peer peer = node == null ? null : peers.get(node);
        Link link = peer == null ? null : peer.subscriber();
        if (link != null) {
            subscriptions.ask(subscription, link);
        }
    }

    // There may be a million of these: nothing but what a confirmation can change is derived again.
    private List<MemberAction> onConfirmed(@Nullable Subscription subscription, long connection) {
        On on = subscription == null ? null : subscription.on(connection);
        if (subscription == null || on == null) {
            return out;
        }
        on.outstanding--;
        if (on.outstanding == 0) { // a confirmation counts only if nothing later is on its way
            if (on.subscribed) {
                on.confirmed = true;
            } else {
                subscription.remove(on);
            }
        }
        settle(subscription);
        answer();
        finishLeaving();
        return out;
    }

    /** Derives readiness, and what PREPARE waits for, from what is confirmed. */
    private void settle(Subscription subscription) {
        if (ring != null && subscription.wanted) {
            boolean ready = isReady(subscription);
            if (ready && subscriptions.markReady(subscription, true)) {
                out.add(
                        subscription.isPattern()
                                ? new MemberAction.PatternReady(subscription.name)
                                : new MemberAction.ChannelReady(subscription.name));
            } else if (!ready && subscription.ready && !isServed(subscription)) {
                subscriptions.markReady(subscription, false);
            }
        }
        OpenHandover handover = subscription.isPattern() ? null : openOf(subscription.slot);
        if (handover != null) {
            if (subscription.wanted && !subscription.isConfirmedOn(handover.handover.target())) {
                handover.unconfirmed.add(subscription);
            } else {
                handover.unconfirmed.remove(subscription);
            }
        }
        subscriptions.releaseIfIdle(subscription);
    }

    private boolean isReady(Subscription subscription) {
        if (subscription.isPattern()) {
            return !peers.isEmpty() && peers.keySet().stream().allMatch(subscription::isConfirmedOn);
        }
        String first = listenFirst(subscription.slot);
        String second = listenSecond(subscription.slot);
        return first != null
                && subscription.isConfirmedOn(first)
                && (second == null || subscription.isConfirmedOn(second));
    }

    /** Whether any node that may send it has confirmed it: while slots move a ready channel stays so. */
    private boolean isServed(Subscription subscription) {
        if (subscription.isPattern()) {
            return true;
        }
        String first = listenFirst(subscription.slot);
        String second = listenSecond(subscription.slot);
        return first != null && subscription.isConfirmedOn(first)
                || second != null && subscription.isConfirmedOn(second);
    }

    // ---- publishing and answers
    // --------------------------------------------------------------------------------------

    private void reroute() {
        if (!routesStale || ring == null) {
            return;
        }
        routesStale = false;
        routes = Routes.of(ring, peers);
        out.add(new MemberAction.Reroute(routes));
    }

    private void answer() {
        for (OpenHandover handover : open.values()) {
            Peer source = peers.get(handover.handover.source());
            List<Link> publishers = source == null ? List.of() : source.publishers();
            if (publishers.isEmpty()) {
                continue;
            }
            switch (handover.handover.phase()) {
                case PREPARE -> {
                    if (isPrepared(handover)) {
                        answerOnce(handover, publishers.getFirst(), null);
                    }
                }
                case COMMIT -> publishers.forEach(link -> answerCommit(handover, link));
                case FENCE -> {
                    if (handover.fenced && closeBook(handover, publishers)) {
                        answerOnce(handover, publishers.getFirst(), handover.book);
                    }
                }
            }
        }
    }

    private boolean isPrepared(OpenHandover handover) {
        String target = handover.handover.target();
        return handover.unconfirmed.isEmpty()
                && subscriptions.patterns().stream()
                        .allMatch(pattern -> !pattern.wanted || pattern.isConfirmedOn(target));
    }

    private void answerOnce(OpenHandover handover, Link link, @Nullable Book book) {
        long epoch = handover.handover.phaseEpoch();
        if (handover.answered != epoch) {
            handover.answered = epoch;
            send(handover, handover.handover.phase(), link, book);
        }
    }

    private void answerCommit(OpenHandover handover, Link link) {
        long epoch = handover.handover.phaseEpoch();
        if (handover.committed.getOrDefault(link.id, 0L) != epoch) {
            handover.committed.put(link.id, epoch);
            handover.settling.add(link.id);
            send(handover, Phase.COMMIT, link, null);
        }
    }

    private void send(OpenHandover handover, Phase phase, Link link, @Nullable Book book) {
        out.add(new MemberAction.SendAck(
                link.id,
                new Ack(handover.handover.id(), phase, handover.handover.phaseEpoch(), link.clientId, name, book)));
    }

    private void onAckReplied(MemberEvent.AckReplied replied) {
        OpenHandover handover = open.get(replied.ack().handover());
        if (handover != null && replied.ack().phase() == Phase.COMMIT) {
            handover.settled.add(replied.connection());
        }
    }

    /**
     * Closes the book of the source's term once the replies of all publishes are in. A connection on which COMMIT was never answered,
     * because the member came late, is asked for its replies by an answer that no coordinator waits for.
     */
    private boolean closeBook(OpenHandover handover, List<Link> publishers) {
        if (handover.book != null) {
            return true;
        }
        boolean settled = true;
        for (Link link : publishers) {
            if (!handover.settled.contains(link.id)) {
                settled = false;
                if (handover.settling.add(link.id)) {
                    send(handover, Phase.COMMIT, link, null);
                }
            }
        }
        if (settled) {
            String source = handover.handover.source();
            handover.book = received.close(source, handover.handover.slots())
                    .plus(published.account(source).close(handover.handover.slots()));
        }
        return settled;
    }

    // ---- leaving
    // -----------------------------------------------------------------------------------------------------

    private void beginLeaving() {
        if (!leaving) {
            leaving = true;
            leaveBy = now + LEAVE_MILLIS;
            subscriptions.forEach(subscription -> {
                subscriptions.unwant(subscription);
                aim(subscription);
            });
        }
    }

    private void finishLeaving() {
        if (!leaving || !subscriptions.isEmpty() && now < leaveBy) {
            return;
        }
        left = true;
        // Whoever did not confirm in time may still be sending what its server has counted: such a book has no figure.
        subscriptions.forEach(subscription -> {
            for (On on = subscription.first(); on != null; on = on.next) {
                interrupted(subscription, on.link.node);
            }
        });
        open.values().forEach(handover -> deliverHeld(handover, true, null)); // to nobody, but the servers counted it
        for (Peer peer : peers.values()) {
            List<Link> publishers = peer.publishers();
            if (publishers.isEmpty()) {
                continue;
            }
            String node = peer.node.id();
            Map<Long, Book> perHandover = new TreeMap<>();
            for (OpenHandover handover : open.values()) {
                if (handover.book != null && handover.handover.source().equals(node)) {
                    perHandover.put(handover.handover.id(), handover.book);
                }
            }
            Map<Integer, Book> perSlot = new TreeMap<>();
            for (int slot = 0; slot < Slots.COUNT; slot++) {
                Book book = published.account(node).close(slot).plus(received.close(node, slot));
                if (!book.isEmpty()) {
                    perSlot.put(slot, book);
                }
            }
            out.add(new MemberAction.LeaveBooks(
                    publishers.getFirst().id, ring == null ? 0 : ring.epoch(), perSlot, perHandover));
        }
        out.add(new MemberAction.Left());
    }

    // ---- time
    // --------------------------------------------------------------------------------------------------------

    private void scheduleWake() {
        long next = leaving && !left ? leaveBy : Long.MAX_VALUE;
        for (OpenHandover handover : open.values()) {
            next = Math.min(next, handover.holdUntil);
        }
        for (Peer peer : peers.values()) {
            for (Peer.Place place : peer.places) {
                if (place.link == null) {
                    next = Math.min(next, place.retryAt);
                } else if (place.link.state == Link.State.WAITING && !place.link.reading) {
                    next = Math.min(next, place.link.readAgainAt);
                }
            }
        }
        if (next != wakeAt && next != Long.MAX_VALUE && !left) {
            out.add(new MemberAction.WakeAt(next));
        }
        wakeAt = next;
    }

    private void count(Counter counter, long amount) {
        if (amount != 0) {
            out.add(new MemberAction.Count(counter, amount));
        }
    }
}
