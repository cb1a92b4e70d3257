package io.slackwater.ring.sim;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.Ack;
import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.CoordinatorAction;
import io.slackwater.ring.handover.CoordinatorEvent;
import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import io.slackwater.ring.handover.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Rules broken between a coordinator's machine and the world. */
final class CoordinatorBendings {
    private CoordinatorBendings() {}

    private static @Nullable Handover handover(SimCoordinator coordinator, long id) {
        return Objects.requireNonNull(coordinator.machine()).ring().handover(id).orElse(null);
    }

    // The event comes in a step of its own: the machine is still in the middle of this one.
    private static void tellSoon(SimCoordinator coordinator, CoordinatorEvent event) {
        coordinator.world.timeline.after(1, () -> coordinator.on(event));
    }

    /** Remembers who was listed last on each node, and answers COMMIT for more connections than did. */
    private abstract static class ForgedAcks extends Bending {
        private final Map<String, List<MemberConnection>> listed = new HashMap<>();

        abstract boolean isForged(MemberConnection connection, Ack ack);

        @Override
        void told(SimCoordinator coordinator, CoordinatorEvent event, Consumer<CoordinatorEvent> next) {
            if (event instanceof CoordinatorEvent.Listed list) {
                listed.put(list.node(), list.connections());
            }
            Ack ack = event instanceof CoordinatorEvent.AckReceived received ? received.ack() : null;
            Handover open = ack == null ? null : handover(coordinator, ack.handover());
            next.accept(event);
            if (ack == null || open == null || ack.phase() != Phase.COMMIT) {
                return;
            }
            for (MemberConnection other : listed.getOrDefault(open.source(), List.of())) {
                if (other.role() == Role.PUBLISHER && isForged(other, ack)) {
                    next.accept(new CoordinatorEvent.AckReceived(new Ack(
                            ack.handover(), Phase.COMMIT, ack.phaseEpoch(), other.clientId(), other.member(), null)));
                }
            }
        }
    }

    /** The first COMMIT ack counts for everybody. */
    static final class FenceEarly extends ForgedAcks {
        @Override
        boolean isForged(MemberConnection connection, Ack ack) {
            return true;
        }
    }

    /** A COMMIT ack counts for all connections of its member. */
    static final class AcksByName extends ForgedAcks {
        @Override
        boolean isForged(MemberConnection connection, Ack ack) {
            return connection.member().equals(ack.member());
        }
    }

    /** The ring is published, and only then written. */
    static final class MessageBeforeKey extends Bending {
        private final List<CoordinatorAction> withheld = new ArrayList<>();
        private boolean published;

        @Override
        void told(SimCoordinator coordinator, CoordinatorEvent event, Consumer<CoordinatorEvent> next) {
            published = event instanceof CoordinatorEvent.Published;
            next.accept(event);
        }

        @Override
        List<CoordinatorAction> asked(SimCoordinator coordinator, List<CoordinatorAction> actions) {
            List<CoordinatorAction> result = new ArrayList<>();
            if (published) {
                result.addAll(withheld);
                withheld.clear();
                published = false;
            }
            for (CoordinatorAction action : actions) {
                if (action instanceof CoordinatorAction.WriteKey write) {
                    withheld.add(write);
                    long epoch = write.ring().epoch();
                    tellSoon(coordinator, new CoordinatorEvent.KeyWritten(write.node(), epoch, epoch));
                } else {
                    result.add(action);
                }
            }
            return result;
        }
    }

    /** CLIENT LIST is taken before the key is written. */
    static final class ListBeforeKey extends Bending {
        private static final long EARLY = -1;
        private final Map<String, List<MemberConnection>> early = new HashMap<>();

        @Override
        void told(SimCoordinator coordinator, CoordinatorEvent event, Consumer<CoordinatorEvent> next) {
            if (event instanceof CoordinatorEvent.Listed list && list.request() == EARLY) {
                early.put(list.node(), list.connections());
            } else {
                next.accept(event);
            }
        }

        @Override
        List<CoordinatorAction> asked(SimCoordinator coordinator, List<CoordinatorAction> actions) {
            List<CoordinatorAction> result = new ArrayList<>();
            for (CoordinatorAction action : actions) {
                if (action instanceof CoordinatorAction.Persist persist) {
                    persist.ring().nodes().forEach(node -> {
                        early.remove(node.id());
                        result.add(new CoordinatorAction.ListConnections(node.id(), EARLY));
                    });
                    result.add(persist);
                } else if (action instanceof CoordinatorAction.ListConnections list && early.containsKey(list.node())) {
                    List<MemberConnection> seen = Objects.requireNonNull(early.remove(list.node()));
                    tellSoon(coordinator, new CoordinatorEvent.Listed(list.node(), list.request(), seen));
                } else {
                    result.add(action);
                }
            }
            return result;
        }
    }

    /** Who is late loses its subscribing connection only, and is not awaited any more. */
    static final class OnlySubscriberKilled extends Bending {
        private final Set<String> killed = new HashSet<>();

        @Override
        void told(SimCoordinator coordinator, CoordinatorEvent event, Consumer<CoordinatorEvent> next) {
            if (event instanceof CoordinatorEvent.Listed list) {
                List<MemberConnection> rest = new ArrayList<>(list.connections());
                rest.removeIf(c -> killed.contains(c.member() + "@" + list.node()));
                next.accept(new CoordinatorEvent.Listed(list.node(), list.request(), rest));
            } else {
                next.accept(event);
            }
        }

        @Override
        List<CoordinatorAction> asked(SimCoordinator coordinator, List<CoordinatorAction> actions) {
            List<CoordinatorAction> result = new ArrayList<>();
            for (CoordinatorAction action : actions) {
                if (action instanceof CoordinatorAction.Kill kill) {
                    List<Long> subscribers = new ArrayList<>();
                    for (MemberConnection c :
                            coordinator.world.server(kill.node()).list()) {
                        if (kill.clientIds().contains(c.clientId())) {
                            killed.add(c.member() + "@" + kill.node());
                            if (c.role() == Role.SUBSCRIBER) {
                                subscribers.add(c.clientId());
                            }
                        }
                    }
                    result.add(new CoordinatorAction.Kill(kill.node(), subscribers));
                } else {
                    result.add(action);
                }
            }
            return result;
        }
    }

    /** An ack counts for whatever phase its slots are in now. */
    static final class AckWithoutEpoch extends Bending {
        private final Map<Long, Handover> known = new HashMap<>();

        @Override
        List<CoordinatorAction> asked(SimCoordinator coordinator, List<CoordinatorAction> actions) {
            for (CoordinatorAction action : actions) {
                if (action instanceof CoordinatorAction.Persist persist) {
                    persist.ring().handovers().forEach(handover -> known.put(handover.id(), handover));
                }
            }
            return actions;
        }

        @Override
        void told(SimCoordinator coordinator, CoordinatorEvent event, Consumer<CoordinatorEvent> next) {
            if (event instanceof CoordinatorEvent.AckReceived received) {
                Ack ack = received.ack();
                Handover meant = handover(coordinator, ack.handover());
                Handover former = known.get(ack.handover());
                if (meant == null && former != null) {
                    meant = Objects.requireNonNull(coordinator.machine()).ring().handovers().stream()
                            .filter(open -> open.slots().intersects(former.slots()))
                            .findFirst()
                            .orElse(null);
                }
                if (meant != null) {
                    next.accept(new CoordinatorEvent.AckReceived(new Ack(
                            meant.id(),
                            meant.phase(),
                            meant.phaseEpoch(),
                            ack.clientId(),
                            ack.member(),
                            meant.phase() == Phase.FENCE ? ack.book() : null)));
                    return;
                }
            }
            next.accept(event);
        }
    }

    /** A ring whose newest change is a FENCE is published and not written. */
    static final class FenceNotWritten extends Bending {
        @Override
        List<CoordinatorAction> asked(SimCoordinator coordinator, List<CoordinatorAction> actions) {
            List<CoordinatorAction> result = new ArrayList<>();
            for (CoordinatorAction action : actions) {
                if (action instanceof CoordinatorAction.WriteKey write && isFence(write.ring())) {
                    long epoch = write.ring().epoch();
                    tellSoon(coordinator, new CoordinatorEvent.KeyWritten(write.node(), epoch, epoch));
                } else {
                    result.add(action);
                }
            }
            return result;
        }

        private static boolean isFence(Ring ring) {
            return ring.handovers().stream().anyMatch(h -> h.phase() == Phase.FENCE && h.phaseEpoch() == ring.epoch());
        }
    }

    /** What changes in a handover whose source is dead is published on the source, that is nowhere. */
    static final class DeadSourceAlone extends Bending {
        private final Set<Long> silent = new HashSet<>();

        @Override
        List<CoordinatorAction> asked(SimCoordinator coordinator, List<CoordinatorAction> actions) {
            List<CoordinatorAction> result = new ArrayList<>();
            for (CoordinatorAction action : actions) {
                if (action instanceof CoordinatorAction.Persist persist) {
                    Ring next = persist.ring();
                    for (Handover before : coordinator.world.store.ring().handovers()) {
                        if (next.isDead(before.source())
                                && !next.handover(before.id()).equals(java.util.Optional.of(before))) {
                            silent.add(next.epoch());
                        }
                    }
                }
                if (action instanceof CoordinatorAction.PublishRing publish
                        && silent.contains(publish.ring().epoch())) {
                    tellSoon(
                            coordinator,
                            new CoordinatorEvent.Published(
                                    publish.node(), publish.ring().epoch()));
                } else {
                    result.add(action);
                }
            }
            return result;
        }
    }

    /** Rings are told as changes, whoever listens. */
    static final class NewestVersion extends Bending {
        @Override
        List<CoordinatorAction> asked(SimCoordinator coordinator, List<CoordinatorAction> actions) {
            List<CoordinatorAction> result = new ArrayList<>();
            for (CoordinatorAction action : actions) {
                result.add(
                        action instanceof CoordinatorAction.PublishRing publish
                                ? new CoordinatorAction.PublishRing(
                                        publish.node(), publish.ring(), ConnectionName.VERSION)
                                : action);
            }
            return result;
        }
    }

    /** Who reads only the first version is noticed when a handover's source is listed, and not before. */
    static final class OlderSeenLate extends Bending {
        @Override
        void told(SimCoordinator coordinator, CoordinatorEvent event, Consumer<CoordinatorEvent> next) {
            next.accept(
                    event instanceof CoordinatorEvent.Seen seen
                            ? new CoordinatorEvent.Seen(
                                    seen.node(),
                                    seen.connections().stream()
                                            .filter(connection -> connection.version() > 1)
                                            .toList())
                            : event);
        }
    }
}
