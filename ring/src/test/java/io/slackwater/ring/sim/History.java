package io.slackwater.ring.sim;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.MemberAction;
import io.slackwater.ring.handover.MemberAction.Counter;
import io.slackwater.ring.handover.Report;
import io.slackwater.ring.handover.Role;
import io.slackwater.ring.handover.Routes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a run, and whether it may have.
 *
 * <p><b>Loss.</b> When a message is written, every subscription that is ready then owes its delivery (a <i>duty</i>). A duty that is
 * not done at the end is excused by nothing but: the application gave the subscription up, or the member is gone; the connection
 * that the message was sent on ended before the message arrived, or had been ended by the server when it arrived; nothing was sent
 * because the member's connection to that node had ended since the subscription was ready; the node is dead, by death or by verdict,
 * or one that the subscription was listened to on, source or target, died after the message was written.
 * A subscription stops being ready when a node it depends on dies or is declared dead, until the member says it is ready again.
 *
 * <p><b>The rest.</b> Nothing is delivered twice. Any two subscriptions agree on the order of a channel, and keep that of each
 * publisher's connection; excused is only who released held messages by a bound, for those slots. Nothing is accepted by a source
 * after its fence is persisted. No key is newer than the API. Routes lead where the member's ring says. Books that are verified
 * are true, and are verified whenever nothing went wrong.
 */
final class History {
    private final World world;
    /** By number. */
    private final List<Message> messages = new ArrayList<>();

    private final List<String> wrongs = new ArrayList<>();
    private final List<SimConnection> ended = new ArrayList<>();
    private final Set<String> fenced = new HashSet<>();
    /** By slot and node: when the last term before the current one was fenced, and when the current one began. */
    private final Map<String, Long> fencedBefore = new HashMap<>();

    private final Map<String, Long> begunAt = new HashMap<>();
    private final Map<Long, Long> fencedAt = new HashMap<>();
    private final Map<String, Long> termOf = new HashMap<>();
    private final Map<Long, Long> openedAt = new HashMap<>();
    private final Map<Long, Integer> dropped = new HashMap<>();
    /** When a node died, or was declared dead. */
    private final Map<String, Long> dead = new HashMap<>();

    private @Nullable Message droppedMessage;
    private boolean dropNext;
    private int done;
    private int settled;
    private final List<Report.Verdict> verdicts = new ArrayList<>();
    private int verified;

    History(World world) {
        this.world = world;
    }

    void wrong(String what) {
        wrongs.add(what);
        world.say("", () -> "WRONG " + what);
    }

    List<String> wrongs() {
        return wrongs;
    }

    /** Handovers that were done. */
    int done() {
        return done;
    }

    /** Handovers whose books were verified. */
    int verified() {
        return verified;
    }

    /** What the books said, handover by handover. */
    List<Report.Verdict> verdicts() {
        return verdicts;
    }

    // ---- publishing

    /** A number for one more message. */
    int nextNumber() {
        return messages.size();
    }

    void add(Message message) {
        messages.add(message);
    }

    void published(Message message, SimConnection on) {
        message.publishedAt = world.timeline.now();
        message.publishedOn = on;
        world.say(message.publisher.name(), () -> "publishes " + message + " on " + on);
        for (SimMember member : world.members) {
            for (Subscription subscription : member.subscriptions) {
                if (subscription.readySince >= 0 && subscription.covers(message.channel)) {
                    message.duties.add(new Message.Duty(subscription, subscription.readySince));
                }
            }
        }
    }

    void accepted(Message message, SimServer server, int receivers) {
        world.say(server.id, () -> "accepts " + message + " for " + receivers);
        if (message.acceptedOn == null) {
            message.acceptedOn = server;
            message.acceptedAt = world.timeline.now();
        }
        message.receivers += receivers;
        if (fenced.contains(message.channel.slot() + "@" + server.id) && !dead.containsKey(server.id)) {
            wrong("LATE: " + server.id + " accepted " + message + " after its fence");
        }
    }

    void routed(SimMember member, Routes routes) {
        Ring ring = member.machine.ring();
        if (ring == null) {
            return;
        }
        for (int tag = 0; tag < world.plan.tags; tag++) {
            int slot = Channel.of(tag, 0).slot();
            long number = routes.connection(slot);
            if (number < 0) {
                continue;
            }
            String right = ring.handoverOf(slot)
                    .map(Handover::publishTo)
                    .orElse(ring.table().owner(slot));
            SimConnection connection = member.connection(number);
            if (ring.isDead(routes.node(slot))) {
                wrong("ROUTE: " + member.name() + " publishes slot " + slot + " to the dead " + routes.node(slot));
            } else if (!routes.node(slot).equals(right)
                    || connection != null
                            && (connection.role != Role.PUBLISHER || !connection.server.id.equals(right))) {
                wrong("ROUTE: " + member.name() + " publishes slot " + slot + " to " + routes.node(slot) + " on "
                        + connection + ", not to " + right);
            }
        }
    }

    // ---- subscribing

    void wanted(Subscription subscription) {
        subscription.wanted = true;
    }

    void unwanted(Subscription subscription) {
        subscription.wanted = false;
        subscription.readySince = -1;
        subscription.unwantedAt = world.timeline.now();
    }

    void ready(Subscription subscription) {
        SimMember member = subscription.member;
        Ring ring = member.machine.ring();
        if (subscription.wanted
                && ring != null
                && !knowsLessDead(ring)
                && member.believedIn().stream()
                        .noneMatch(c -> member.isDeceivedAbout(c) && dependsOn(subscription, c.server.id, ring))) {
            if (subscription.readySince < 0) {
                world.becameReady(subscription);
            }
            subscription.readySince = world.timeline.now();
        }
    }

    // Ready by a ring that lists fewer dead nodes than are known: that readiness will not last.
    private boolean knowsLessDead(Ring ring) {
        return dead.keySet().stream().anyMatch(node -> ring.node(node) != null);
    }

    void delivered(SimMember member, MemberAction.Deliver delivery) {
        Message message = messages.get(Message.idOf(delivery.payload()));
        Subscription subscription = member.subscription(
                delivery.pattern() == null ? Channel.named(delivery.channel()) : null, delivery.pattern());
        if (!message.channel.name().equals(delivery.channel())) {
            wrong("MIXED UP: " + message + " was delivered as " + delivery.channel());
        }
        if (!subscription.wanted) {
            wrong("UNWANTED: " + subscription + " got " + message);
        }
        for (Subscription before : message.delivered) {
            if (before == subscription) {
                wrong("DUPLICATE: " + subscription + " got " + message + " twice");
            }
        }
        message.delivered.add(subscription);
        for (int i = subscription.delivered.size() - 1; i >= 0; i--) {
            Message before = subscription.delivered.get(i);
            if (before.channel == message.channel
                    && before.publisher == message.publisher
                    && before.place > message.place
                    && keepsOrder(message, before)
                    && !subscription.member.releasedEarly.contains(message.channel.slot())) {
                wrong("PUBLISHER'S ORDER: " + subscription + " got " + before + " before " + message);
                break;
            }
        }
        subscription.delivered.add(message);
    }

    // One after the other on the same connection; on one connection and its successor, which ends it; or on both nodes
    // of a handover.
    private boolean keepsOrder(Message earlier, Message later) {
        SimConnection one = Objects.requireNonNull(earlier.publishedOn);
        SimConnection other = Objects.requireNonNull(later.publishedOn);
        return one == other || one.server != other.server || world.plan.publishersPerNode == 1;
    }

    void counted(SimMember member, MemberAction.Count count) {
        if (count.counter() == Counter.HELD_DROPPED) {
            member.heldDroppedAt = world.timeline.now();
        }
        if (count.counter() == Counter.RELEASED_EARLY) {
            if (world.plan.prompt) {
                wrong("IMPATIENT: " + member.name() + " released " + count.amount() + " messages early");
            }
            Ring ring = member.machine.ring();
            if (ring != null) {
                for (Handover handover : ring.handovers()) {
                    handover.slots().forEach(member.releasedEarly::add);
                }
            }
        }
    }

    // ---- faults

    void connectionEnded(SimConnection connection) {
        if (connection.role == Role.SUBSCRIBER && connection.client instanceof SimMember member) {
            ended.add(connection);
            if (excuses(connection)) {
                Ring ring = member.machine.ring();
                for (Subscription subscription : member.subscriptions) {
                    if (ring == null || dependsOn(subscription, connection.server.id, ring)) {
                        subscription.readySince = -1;
                    }
                }
            }
        }
    }

    void nodeDied(SimServer server) {
        isDead(server.id);
    }

    private void isDead(String node) {
        if (dead.putIfAbsent(node, world.timeline.now()) != null) {
            return;
        }
        for (SimMember member : world.members) {
            Ring ring = member.machine.ring();
            for (Subscription subscription : member.subscriptions) {
                if (ring == null || dependsOn(subscription, node, ring)) {
                    subscription.readySince = -1;
                    subscription.brokenAt = world.timeline.now();
                }
            }
        }
    }

    /** Whether, by this ring, the subscription is listened to on the node. */
    private static boolean dependsOn(Subscription subscription, String node, Ring ring) {
        Channel channel = subscription.channel;
        return channel == null
                || node.equals(ring.table().owner(channel.slot()))
                || ring.handoverOf(channel.slot())
                        .filter(h -> h.source().equals(node) || h.target().equals(node))
                        .isPresent();
    }

    /** The next message that a member receives from the source of a handover does not reach its machine. */
    void dropOne() {
        dropNext = true;
    }

    boolean dropsOne(Message message, SimConnection from) {
        if (!dropNext) {
            return false;
        }
        for (Handover handover : world.store.ring().handovers()) {
            if (handover.slots().contains(message.channel.slot())
                    && handover.source().equals(from.server.id)) {
                dropNext = false;
                dropped.merge(handover.id(), 1, Integer::sum);
                droppedMessage = message;
                world.say(from.client.name(), () -> "FAULT does not see " + message + " from " + from);
                return true;
            }
        }
        return false;
    }

    // ---- the ring

    void persisted(Ring before, Ring after) {
        if (after.epoch() < before.epoch()) {
            wrong("EPOCH: " + after.epoch() + " was persisted over " + before.epoch());
        }
        for (String node : after.dead()) {
            isDead(node);
        }
        if (world.plan.prompt && world.plan.leavers == 0) { // who leaves is awaited until the list is taken again
            for (Handover handover : before.handovers()) {
                long took = world.timeline.now() - fencedAt.getOrDefault(handover.id(), Long.MAX_VALUE);
                if (after.handover(handover.id()).isEmpty() && took > 400_000) {
                    wrong("SLOW: " + handover.id() + " took " + took / 1000
                            + " ms from its fence on, and nobody was late");
                }
            }
        }
        for (Handover handover : after.handovers()) {
            Phase was = before.handover(handover.id()).map(Handover::phase).orElse(null);
            if (was == handover.phase()) {
                continue;
            }
            openedAt.putIfAbsent(handover.id(), world.timeline.now());
            if (handover.phase() == Phase.PREPARE) { // the source has the slots again, by a failover of the same step
                handover.slots().forEach(slot -> fenced.remove(slot + "@" + handover.source()));
            }
            if (handover.phase() == Phase.COMMIT) {
                handover.slots().forEach(slot -> {
                    fenced.remove(slot + "@" + handover.target());
                    begunAt.put(slot + "@" + handover.target(), world.timeline.now());
                });
            } else if (handover.phase() == Phase.FENCE) {
                fencedAt.put(handover.id(), world.timeline.now());
                handover.slots().forEach(slot -> {
                    String term = slot + "@" + handover.source();
                    fenced.add(term);
                    // What a node that is not the owner accepts in between, from who is behind, counts for neither
                    // term.
                    termOf.put(
                            handover.id() + "/" + slot,
                            Math.max(fencedBefore.getOrDefault(term, 0L), begunAt.getOrDefault(term, 0L)));
                    fencedBefore.put(term, world.timeline.now());
                });
            }
        }
        for (int tag = 0; tag < world.plan.tags; tag++) {
            int slot = Channel.of(tag, 0).slot();
            String owner = before.table().owner(slot);
            if (!Objects.equals(owner, after.table().owner(slot))) {
                fencedBefore.put(slot + "@" + owner, world.timeline.now());
                String next = after.table().owner(slot);
                if (before.handoverOf(slot)
                        .filter(h -> h.target().equals(next) && h.phase() != Phase.PREPARE)
                        .isEmpty()) { // by a failover
                    begunAt.put(slot + "@" + next, world.timeline.now());
                }
            }
            if (after.handoverOf(slot).isEmpty()) {
                fenced.remove(slot + "@" + after.table().owner(slot));
            }
        }
    }

    void keyWritten(SimServer server, @Nullable Ring before, Ring ring) {
        if (before != null && before.epoch() > ring.epoch()) {
            wrong("KEY: " + server.id + " went back from epoch " + before.epoch() + " to " + ring.epoch());
        }
        world.say(server.id, () -> "key is " + World.text(ring));
        if (ring.epoch() > world.store.ring().epoch()) {
            wrong("KEY: " + server.id + " has epoch " + ring.epoch() + ", the API "
                    + world.store.ring().epoch());
        }
    }

    void told(SimCoordinator coordinator, Report report) {
        switch (report) {
            case Report.Done ignored -> done++;
            case Report.FencedOff off -> {
                if (world.plan.prompt) {
                    wrong("FENCED OFF without cause: " + off);
                }
            }
            case Report.Settled all -> settled(all.handover(), all.verdict());
            case Report.TookOver ignored -> {}
            case Report.Entered ignored -> {}
            case Report.Aborted ignored -> {}
            case Report.Refused ignored -> {}
            case Report.FailedOver ignored -> {}
            case Report.Joined ignored -> {}
            case Report.Retired ignored -> {}
            case Report.PutOff ignored -> {}
            case Report.VersionChanged ignored -> {}
            case Report.Deposed ignored -> {}
        }
    }

    private void settled(Handover handover, Report.Verdict verdict) {
        settled++;
        verdicts.add(verdict);
        long receivers = 0;
        for (Message message : messages) {
            SimServer on = message.acceptedOn;
            if (on == null) {
                continue;
            }
            int slot = message.channel.slot();
            if (on.id.equals(handover.source())
                    && handover.slots().contains(slot)
                    && message.acceptedAt > termOf.getOrDefault(handover.id() + "/" + slot, 0L)
                    && message.acceptedAt <= fencedAt.getOrDefault(handover.id(), 0L)) {
                receivers += message.receivers;
            }
        }
        Long lost = verdict.lost();
        if (verdict.verified() != (lost != null)) {
            wrong("BOOKS of " + handover.id() + ": " + verdict);
        } else if (lost == null) {
            if (world.plan.calm && !someoneJoinedDuring(handover) && !isAboutOneWhoLeft(verdict)) {
                wrong("BOOKS of " + handover.id() + " are not verified: " + verdict.reason());
            }
        } else {
            verified++;
            int truth = dropped.getOrDefault(handover.id(), 0);
            if (lost != truth) {
                wrong("BOOKS of " + handover.id() + " say " + lost + " lost, " + truth + " were");
            } else if (verdict.deliveries() + lost != receivers) {
                wrong("BOOKS of " + handover.id() + " say " + verdict.deliveries() + " deliveries, "
                        + (receivers - lost) + " were");
            }
            long fence = fencedAt.getOrDefault(handover.id(), 0L);
            long[] began = {Long.MAX_VALUE};
            handover.slots()
                    .forEach(slot ->
                            began[0] = Math.min(began[0], begunAt.getOrDefault(slot + "@" + handover.source(), 0L)));
            for (SimMember member : world.members) {
                if (member.goneSince < fence
                        && member.goneSince > began[0]
                        && world.server(handover.source()).members.contains(member.name())) {
                    wrong("BOOKS of " + handover.id() + " are verified, and " + member.name() + " never reported");
                }
            }
        }
    }

    // Who leaves while it is still connecting to a node leaves its name behind there.
    private boolean isAboutOneWhoLeft(Report.Verdict verdict) {
        return world.members.stream()
                .anyMatch(member -> !member.isActive() && verdict.reason().equals(member.name() + " did not report"));
    }

    // Who comes between the writing of FENCE and the reading of the names has nothing to report, and is missed.
    private boolean someoneJoinedDuring(Handover handover) {
        long opened = openedAt.getOrDefault(handover.id(), 0L);
        return world.members.stream().anyMatch(member -> member.connectedSince >= opened);
    }

    // ---- the end

    void finish() {
        for (Message message : messages) {
            if (message.acceptedOn != null) {
                for (Message.Duty duty : message.duties) {
                    if (!message.delivered.contains(duty.subscription()) && !isExcused(message, duty)) {
                        wrong("LOST: " + duty.subscription() + " never got " + message + ", accepted by "
                                + message.acceptedOn.id + " at " + message.acceptedAt / 1000.0);
                    }
                }
            }
        }
        checkOrder();
        if (world.plan.calm && settled != done) {
            wrong("BOOKS: " + settled + " of " + done + " handovers were settled");
        }
    }

    private boolean isExcused(Message message, Message.Duty duty) {
        Subscription subscription = duty.subscription();
        SimMember member = subscription.member;
        SimServer server = Objects.requireNonNull(message.acceptedOn);
        if (!member.isActive()
                || subscription.unwantedAt >= message.publishedAt
                || subscription.brokenAt >= message.publishedAt) {
            return true;
        }
        long died = dead.getOrDefault(server.id, Long.MAX_VALUE);
        boolean sent = false;
        for (Message.Copy copy : message.copies) {
            SimConnection on = copy.connection;
            if (on.client != member || !Objects.equals(copy.pattern, subscription.pattern)) {
                continue;
            }
            if (on.clientEnd < message.acceptedAt) {
                continue; // sent to a connection the member had given up
            }
            sent = true;
            if (copy.receivedAt < 0) {
                if (died != Long.MAX_VALUE || on.end != SimConnection.End.NOT_YET && excuses(on)) {
                    return true;
                }
            } else if (on.serverEnd <= copy.receivedAt
                    || died <= copy.receivedAt
                    || died != Long.MAX_VALUE && member.heldDroppedAt >= copy.receivedAt) {
                return true;
            }
        }
        if (sent) {
            return message == droppedMessage;
        }
        if (died != Long.MAX_VALUE) {
            return true;
        }
        for (SimConnection connection : ended) {
            if (connection.client == member
                    && connection.server == server
                    && excuses(connection)
                    && connection.firstEnd <= message.acceptedAt
                    && lastEnd(connection) >= duty.readySince()) {
                return true;
            }
        }
        return false;
    }

    private static boolean excuses(SimConnection connection) {
        return connection.end != SimConnection.End.CLOSED_BY_CLIENT;
    }

    // The client goes on believing in a connection that the server has closed; not the other way round.
    private static long lastEnd(SimConnection connection) {
        return connection.serverEnd <= connection.clientEnd ? connection.clientEnd : connection.firstEnd;
    }

    private void checkOrder() {
        int[] place = new int[messages.size()];
        List<Subscription> all = new ArrayList<>();
        for (SimMember member : world.members) {
            for (Subscription subscription : member.subscriptions) {
                if (!subscription.delivered.isEmpty()) {
                    all.add(subscription);
                }
            }
        }
        for (int i = 0; i < all.size(); i++) {
            Arrays.fill(place, -1);
            Subscription one = all.get(i);
            for (int at = 0; at < one.delivered.size(); at++) {
                place[one.delivered.get(at).id] = at;
            }
            for (int j = i + 1; j < all.size(); j++) {
                compare(one, all.get(j), place);
            }
        }
    }

    private void compare(Subscription one, Subscription other, int[] place) {
        if (one.channel != null && other.channel != null && one.channel != other.channel) {
            return;
        }
        Map<Channel, Message> last = new HashMap<>(4);
        for (Message message : other.delivered) {
            int slot = message.channel.slot();
            if (place[message.id] < 0
                    || one.member.releasedEarly.contains(slot)
                    || other.member.releasedEarly.contains(slot)) {
                continue;
            }
            @Nullable Message before = last.put(message.channel, message);
            if (before != null && place[before.id] > place[message.id]) {
                wrong("ORDER: " + one + " got " + message + " before " + before + ", " + other + " after it");
                return;
            }
        }
    }
}
