package io.slackwater.ring.sim;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.CoordinatorAction;
import io.slackwater.ring.handover.MemberAction;
import io.slackwater.ring.handover.MemberAction.Counter;
import io.slackwater.ring.handover.MemberEvent;
import io.slackwater.ring.handover.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rules broken between a member's machine and the world. */
final class MemberBendings {
    private MemberBendings() {}

    private static Ring with(Ring ring, UnaryOperator<Handover> change) {
        return new Ring(
                ring.epoch(),
                ring.term(),
                ring.nodes(),
                ring.dead(),
                ring.table(),
                ring.handovers().stream().map(change).toList());
    }

    private static Ring at(Ring ring, long epoch) {
        return new Ring(epoch, ring.term(), ring.nodes(), ring.dead(), ring.table(), ring.handovers());
    }

    private static Ring withPhase(Ring ring, Phase phase, Predicate<Handover> of) {
        return with(ring, h -> of.test(h) ? h.at(phase, h.phaseEpoch()) : h);
    }

    /** The event with another ring, if it carries one. */
    private static MemberEvent replaceRing(MemberEvent event, UnaryOperator<Ring> by) {
        return switch (event) {
            case MemberEvent.RingSeen seen -> new MemberEvent.RingSeen(by.apply(seen.ring()));
            case MemberEvent.Control control -> new MemberEvent.Control(control.connection(), by.apply(control.ring()));
            case MemberEvent.Connected connected
            when connected.ring() != null ->
                new MemberEvent.Connected(connected.connection(), connected.clientId(), by.apply(connected.ring()));
            case MemberEvent.RingRead read
            when read.ring() != null -> new MemberEvent.RingRead(read.connection(), by.apply(read.ring()));
            default -> event;
        };
    }

    private static @Nullable SimConnection any(SimMember member, String node, Role role) {
        for (SimConnection connection : member.connections()) {
            if (connection.role == role && connection.server.id.equals(node) && connection.clientOpen) {
                return connection;
            }
        }
        return null;
    }

    /** The event's message to the application, if it wants it. */
    private static void deliver(SimMember member, MemberEvent.Message message, List<MemberAction> to) {
        Channel channel = message.pattern() == null ? Channel.named(message.channel()) : null;
        if (member.subscription(channel, message.pattern()).wanted) {
            to.add(new MemberAction.Deliver(message.pattern(), message.channel(), message.payload()));
        }
    }

    /** COMMIT's ack goes out on a connection to the target. */
    static final class AckElsewhere extends Bending {
        private final Map<Long, Long> meant = new HashMap<>();

        @Override
        List<MemberAction> asked(SimMember member, MemberEvent cause, List<MemberAction> actions) {
            List<MemberAction> result = new ArrayList<>(actions);
            Ring ring = member.machine.ring();
            result.replaceAll(action -> {
                if (ring != null
                        && action instanceof MemberAction.SendAck send
                        && send.ack().phase() == Phase.COMMIT) {
                    SimConnection other = ring.handover(send.ack().handover())
                            .map(h -> any(member, h.target(), Role.PUBLISHER))
                            .orElse(null);
                    if (other != null) {
                        meant.put(send.ack().clientId(), send.connection());
                        return new MemberAction.SendAck(other.number, send.ack());
                    }
                }
                return action;
            });
            return result;
        }

        @Override
        void told(SimMember member, MemberEvent event, Consumer<MemberEvent> next) {
            if (event instanceof MemberEvent.AckReplied replied) {
                long connection = meant.getOrDefault(replied.ack().clientId(), replied.connection());
                next.accept(new MemberEvent.AckReplied(connection, replied.ack()));
            } else {
                next.accept(event);
            }
        }
    }

    /** What would be held is delivered at once. */
    static final class NoHold extends Bending {
        private final Set<String> early = new HashSet<>();

        @Override
        List<MemberAction> asked(SimMember member, MemberEvent cause, List<MemberAction> actions) {
            List<MemberAction> result = new ArrayList<>(actions);
            result.removeIf(action -> action instanceof MemberAction.Deliver d && early.remove(key(member, d)));
            if (cause instanceof MemberEvent.Message message
                    && actions.stream()
                            .noneMatch(a -> a instanceof MemberAction.Deliver || a instanceof MemberAction.Count)) {
                deliver(member, message, result);
                for (MemberAction action : result) {
                    if (action instanceof MemberAction.Deliver d) {
                        early.add(key(member, d));
                    }
                }
            }
            return result;
        }

        private static String key(SimMember member, MemberAction.Deliver delivery) {
            return member.name() + "/" + delivery.pattern() + "/" + Message.idOf(delivery.payload());
        }
    }

    /** Members adopt whatever ring comes, by giving it a higher epoch. */
    static class StaleEpoch extends Bending {
        private static final long FAR = 1_000_000;
        private final Map<Long, Long> real = new HashMap<>();
        private final Map<SimMember, Long> current = new HashMap<>();
        private long last = FAR;

        /** Whether a member that has the ring of epoch {@code known} is to adopt another. */
        boolean adopts(long known, Ring other) {
            return true;
        }

        @Override
        void told(SimMember member, MemberEvent event, Consumer<MemberEvent> next) {
            next.accept(replaceRing(event, ring -> {
                long known = current.getOrDefault(member, 0L);
                long meant = real.getOrDefault(known, 0L);
                if (known != 0 && ring.epoch() == meant) {
                    return at(ring, known);
                }
                if (known != 0 && !adopts(meant, ring)) {
                    return ring;
                }
                real.put(++last, ring.epoch());
                current.put(member, last);
                return at(ring, last);
            }));
        }

        @Override
        long realEpoch(Ring adopted) {
            return real.getOrDefault(adopted.epoch(), adopted.epoch());
        }
    }

    /** Phases take no epoch of their own: on the wire a ring has the epoch of the last change that was no phase. */
    static final class OneEpoch extends StaleEpoch {
        private final Map<Long, Long> wire = new HashMap<>();

        private long wire(long epoch) {
            return wire.getOrDefault(epoch, epoch);
        }

        @Override
        List<CoordinatorAction> asked(SimCoordinator coordinator, List<CoordinatorAction> actions) {
            for (CoordinatorAction action : actions) {
                if (action instanceof CoordinatorAction.Persist persist) {
                    Ring before = coordinator.world.store.ring();
                    Ring after = persist.ring();
                    List<Long> ids =
                            before.handovers().stream().map(Handover::id).toList();
                    boolean onlyPhases = before.nodes().equals(after.nodes())
                            && before.table().equals(after.table())
                            && ids.equals(
                                    after.handovers().stream().map(Handover::id).toList());
                    wire.put(after.epoch(), onlyPhases ? wire(before.epoch()) : after.epoch());
                }
            }
            return actions;
        }

        @Override
        boolean adopts(long known, Ring other) {
            return wire(other.epoch()) >= wire(known);
        }

        @Override
        boolean mayOverwrite(Ring stored, Ring written) {
            return wire(written.epoch()) >= wire(stored.epoch());
        }
    }

    /** {@code subscribe()} completes when the node that is published to now has confirmed. */
    static final class SubscribeOnOne extends Bending {
        @Override
        List<MemberAction> asked(SimMember member, MemberEvent cause, List<MemberAction> actions) {
            Ring ring = member.machine.ring();
            if (ring == null || !(cause instanceof MemberEvent.Subscribed confirmed)) {
                return actions;
            }
            int slot = Channel.named(confirmed.channel()).slot();
            String node = ring.handoverOf(slot)
                    .map(Handover::publishTo)
                    .orElse(ring.table().owner(slot));
            SimConnection connection = member.connection(confirmed.connection());
            if (connection == null || !connection.server.id.equals(node)) {
                return actions;
            }
            List<MemberAction> result = new ArrayList<>(actions);
            result.add(new MemberAction.ChannelReady(confirmed.channel()));
            return result;
        }
    }

    /** The former connection of a publisher is left alone. */
    static final class FormerNotKilled extends Bending {
        @Override
        List<MemberAction> asked(SimMember member, MemberEvent cause, List<MemberAction> actions) {
            List<MemberAction> result = new ArrayList<>(actions);
            result.replaceAll(action -> action instanceof MemberAction.Connect c
                    ? new MemberAction.Connect(c.connection(), c.node(), c.role(), 0)
                    : action);
            return result;
        }
    }

    /** Once a handover is in COMMIT, the end of the subscribing connection to its source counts as the fence. */
    static final class EndAsFence extends Bending {
        private final Map<String, String> subscribers = new HashMap<>();

        @Override
        List<MemberAction> asked(SimMember member, MemberEvent cause, List<MemberAction> actions) {
            for (MemberAction action : actions) {
                if (action instanceof MemberAction.Connect c && c.role() == Role.SUBSCRIBER) {
                    subscribers.put(member.name() + c.connection(), c.node().id());
                }
            }
            return actions;
        }

        @Override
        void told(SimMember member, MemberEvent event, Consumer<MemberEvent> next) {
            Ring ring = member.machine.ring();
            if (event instanceof MemberEvent.Disconnected end && ring != null) {
                String node = subscribers.get(member.name() + end.connection());
                next.accept(new MemberEvent.Control(
                        end.connection(),
                        withPhase(
                                ring,
                                Phase.FENCE,
                                h -> h.phase() != Phase.PREPARE && h.source().equals(node))));
            }
            next.accept(event);
        }
    }

    /** A FENCE that is read on connecting to the source is not taken for one; the ring is adopted all the same. */
    static final class FenceNotRead extends Bending {
        @Override
        void told(SimMember member, MemberEvent event, Consumer<MemberEvent> next) {
            boolean reading = event instanceof MemberEvent.Connected || event instanceof MemberEvent.RingRead;
            if (!reading) {
                next.accept(event);
                return;
            }
            next.accept(replaceRing(event, ring -> {
                next.accept(new MemberEvent.RingSeen(ring));
                return withPhase(ring, Phase.COMMIT, h -> h.phase() == Phase.FENCE);
            }));
        }
    }

    /** A new publishing connection is used with the ring that the member has. */
    static final class RingNotReadByPublisher extends Bending {
        @Override
        void told(SimMember member, MemberEvent event, Consumer<MemberEvent> next) {
            Ring known = member.machine.ring();
            if (event instanceof MemberEvent.Connected c && known != null) {
                SimConnection connection = member.connection(c.connection());
                if (connection != null && connection.role == Role.PUBLISHER) {
                    next.accept(new MemberEvent.Connected(c.connection(), c.clientId(), known));
                    return;
                }
            }
            next.accept(event);
        }
    }

    /** What comes from a node without a part in the slot is delivered. */
    static class NoDiscarding extends Bending {
        /** Whether also what comes from a node that the ring lists as dead. */
        boolean evenFromTheDead() {
            return false;
        }

        @Override
        List<MemberAction> asked(SimMember member, MemberEvent cause, List<MemberAction> actions) {
            Ring ring = member.machine.ring();
            if (ring == null || !(cause instanceof MemberEvent.Message message)) {
                return actions;
            }
            SimConnection from = member.connection(message.connection());
            List<MemberAction> result = new ArrayList<>(actions);
            if (from != null
                    && (evenFromTheDead() || !ring.isDead(from.server.id))
                    && result.removeIf(
                            a -> a instanceof MemberAction.Count count && count.counter() == Counter.STALE_DISCARDED)) {
                deliver(member, message, result);
            }
            return result;
        }
    }

    /** Members take the dead for alive: their connections stay, their fences do not pass, what they send is delivered. */
    static final class NoDeadRule extends NoDiscarding {
        @Override
        boolean evenFromTheDead() {
            return true;
        }

        @Override
        void told(SimMember member, MemberEvent event, Consumer<MemberEvent> next) {
            next.accept(replaceRing(event, ring -> {
                List<Node> all = new ArrayList<>(ring.nodes());
                ring.dead().forEach(id -> all.add(member.world.server(id).node));
                return new Ring(ring.epoch(), ring.term(), all, List.of(), ring.table(), ring.handovers());
            }));
        }
    }

    /** After a reconnect the driver subscribes what it had before the ring has been read. */
    static final class AutoResubscribe extends Bending {
        @Override
        void told(SimMember member, MemberEvent event, Consumer<MemberEvent> next) {
            Ring known = member.machine.ring();
            SimConnection connection =
                    event instanceof MemberEvent.Connected c ? member.connection(c.connection()) : null;
            if (event instanceof MemberEvent.Connected c
                    && known != null
                    && connection != null
                    && connection.role == Role.SUBSCRIBER) {
                next.accept(new MemberEvent.Connected(c.connection(), c.clientId(), known));
                World world = member.world;
                world.timeline.after(
                        world.random.nextLong(15_000),
                        () -> connection.command(() -> {
                            Ring found = connection.server.ring;
                            connection.reply(() -> {
                                if (found != null) {
                                    next.accept(new MemberEvent.Control(c.connection(), found));
                                }
                            });
                        }));
            } else {
                next.accept(event);
            }
        }
    }
}
