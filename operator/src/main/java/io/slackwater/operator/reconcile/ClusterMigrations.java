package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.ChannelMigrationStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus.Effective;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.coordination.Snapshot.Rest;
import io.slackwater.operator.kube.MigrationObjects;
import io.slackwater.operator.migration.Case;
import io.slackwater.operator.migration.Costs;
import io.slackwater.operator.migration.Decision;
import io.slackwater.operator.migration.Decision.Change;
import io.slackwater.operator.migration.Desk;
import io.slackwater.operator.migration.Gate;
import io.slackwater.operator.migration.Phase;
import io.slackwater.operator.migration.Shape;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.TierPlan;
import io.slackwater.operator.nodes.UpgradeProgress;
import io.slackwater.operator.nodes.Wanted;
import io.slackwater.operator.status.MigrationReport;
import io.slackwater.operator.status.StatusGate;
import io.slackwater.operator.windows.Durations;
import io.slackwater.ring.PlannerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The planned changes of one cluster: what the {@link Desk} decides is written to the API before it takes effect, so that an operator
 * that comes after this one goes on with it. For one thread.
 */
final class ClusterMigrations {
    /** Each look takes at most so many steps, such as to withdraw one, propose another, and begin it. */
    private static final int STEPS = 4;

    /** What pods are of that were taken over, when it is not what is asked for. */
    private static final String ANOTHER_REVISION = "another";

    /** Durations are told in whole seconds. */
    private static final Duration SHORTEST_HANDOVER = Duration.ofMillis(20);

    /** One that has begun and in which nothing has moved for this long makes way for another wish. */
    private static final Duration STUCK = Duration.ofSeconds(60);

    /** One of its own that the cache does not show yet is shown within as many looks. */
    private static final int PATIENCE_LOOKS = 5;

    /** A handover, until one has been measured. */
    private static final Duration PER_HANDOVER = Duration.ofMillis(150);

    private final MigrationObjects objects;
    private final Map<String, ChannelMigration> known = new HashMap<>();
    private final Map<String, Instant> reported = new HashMap<>();
    private final Map<String, Instant> begunHere = new HashMap<>();
    private final Map<String, TreeMap<Instant, Migration>> accounts = new HashMap<>();
    private final Map<String, Integer> base = new HashMap<>();
    private final Set<String> wasCached = new HashSet<>();
    private @Nullable Shape effective;
    private @Nullable Instant movedAt;
    private String trouble = "";
    private int refused;
    private long taken;

    ClusterMigrations(MigrationObjects objects) {
        this.objects = objects;
    }

    /**
     * What is due now.
     *
     * @param effective what the cluster is brought to
     * @param held see {@link Decision#held}
     * @param abandoned see {@link Decision#abandoned}
     * @param waiting see {@link Decision#waiting}
     * @param migration name of the one that is open, null when none is
     * @param inForce whether there is a ring for which that is so
     */
    record Due(
            Shape effective,
            String held,
            boolean abandoned,
            String waiting,
            @Nullable String migration,
            boolean inForce) {
        /** Null while there is no ring yet, so that there is nothing in force. */
        @Nullable
        Effective status() {
            return inForce
                    ? new Effective(
                            effective.replicas(),
                            effective.virtualNodes(),
                            effective.maxLoadPercent(),
                            effective.revision(),
                            migration)
                    : null;
        }

        /** Why pods are not replaced for the sake of an upgrade; empty when they may. */
        String postponed(String revision) {
            return !held.isEmpty()
                    ? held
                    : effective.revision().equals(revision) ? "" : "it waits for its turn: " + waiting;
        }

        PlannerSettings planner() {
            return new PlannerSettings(effective.virtualNodes(), effective.maxLoadPercent());
        }
    }

    /** What is in force as far as this session knows; null before the first look. */
    @Nullable
    Shape effective() {
        return effective;
    }

    /**
     * Looks at what is asked for, and writes what follows from that.
     *
     * @param cached the cluster's migrations as the cache has them, which may lag behind
     * @param wanted what the specification asks for
     */
    Due look(
            PubSubCluster cluster,
            List<ChannelMigration> cached,
            Shape wanted,
            Gate gate,
            List<ObservedPod> pods,
            Snapshot snapshot,
            Instant now) {
        int outdated = outdated(wanted, pods, snapshot, now);
        merge(cluster, cached);
        Shape before = effective == null ? atFirst(cluster, wanted, outdated, snapshot) : effective;
        if (before != null && snapshot.ring() == null) { // nothing can be judged before it is known how things stand
            return new Due(before, "the ring is being taken over", false, "", openName(), true);
        }
        note(snapshot, now);
        trouble = "";
        Decision decision = decide(cluster, wanted, before, gate, outdated, snapshot, now);
        for (int step = 0; step < STEPS; step++) {
            if (!written(cluster, decision, pods, snapshot, now)) {
                return due(before == null ? wanted : before, decision, before != null); // seen anew next time
            }
            before = snapshot.ring() == null ? null : decision.effective();
            effective = before;
            boolean more = decision.create() != null
                    || decision.changes().stream()
                            .anyMatch(change -> change.phase().ended());
            if (!more) {
                break;
            }
            decision = decide(cluster, wanted, before, gate, outdated, snapshot, now);
        }
        return due(decision.effective(), decision, snapshot.ring() != null);
    }

    private Due due(Shape shape, Decision decision, boolean inForce) {
        return new Due(shape, decision.held(), decision.abandoned(), decision.waiting(), openName(), inForce);
    }

    private @Nullable String openName() {
        return open().map(Case::name).orElse(null);
    }

    private Optional<Case> open() {
        return cases().stream().filter(c -> !c.phase().ended()).reduce((a, b) -> b);
    }

    /** What the API said to the last attempt to write, one sentence; empty when all was well. Pods are looked after all the same. */
    String trouble() {
        return trouble;
    }

    private boolean written(
            PubSubCluster cluster, Decision decision, List<ObservedPod> pods, Snapshot snapshot, Instant now) {
        try {
            return carryOut(cluster, decision, pods, snapshot, now);
        } catch (KubernetesClientException e) {
            trouble = "ChannelMigrations cannot be written, so no planned move begins: " + e.getMessage();
            return false;
        }
    }

    /** Remembers when something moved last, and what the coordinator's accounts of the one that runs have come to. */
    private void note(Snapshot snapshot, Instant now) {
        Migration current = snapshot.migration();
        Migration last = snapshot.lastMigration();
        if (movedAt == null || current != null && current.handoversOpen() > 0 || now.isBefore(movedAt)) {
            movedAt = now;
        }
        open().filter(c -> c.startedAt() != null).map(Case::name).ifPresent(name -> {
            TreeMap<Instant, Migration> own = accounts.computeIfAbsent(name, n -> new TreeMap<>());
            if (current != null) {
                own.put(current.startedAt(), current);
            }
            Instant begun = begunHere.getOrDefault(name, Instant.MIN);
            if (last != null
                    && (own.containsKey(last.startedAt()) || !last.startedAt().isBefore(begun))) {
                own.put(last.startedAt(), last);
            }
        });
    }

    private Decision decide(
            PubSubCluster cluster,
            Shape wanted,
            @Nullable Shape from,
            Gate gate,
            int outdated,
            Snapshot snapshot,
            Instant now) {
        int serving = (int) snapshot.nodes().values().stream()
                .filter(node -> node.slots() > 0)
                .count();
        return Desk.decide(new Desk.View(
                wanted,
                from,
                cases(),
                gate,
                serving,
                from != null && outdated == 0 && reached(from, snapshot),
                snapshot.migration() == null ? "" : snapshot.migration().reason(),
                movedAt != null && now.isAfter(movedAt.plus(STUCK)),
                taken,
                cluster.getSpec().migration().historyLimit()));
    }

    /** Pods that are not of the revision asked for, and are counted on. */
    private static int outdated(Shape wanted, List<ObservedPod> pods, Snapshot snapshot, Instant now) {
        UpgradeProgress progress =
                UpgradeProgress.of(new Wanted(wanted.replicas(), wanted.revision(), ""), pods, snapshot, now);
        return progress.running() ? Math.max(1, progress.nodes() - progress.done()) : 0;
    }

    private static boolean reached(Shape shape, Snapshot snapshot) {
        Rest rest = snapshot.rest();
        Migration last = snapshot.lastMigration();
        boolean booksDue = last != null && last.handoversDone() > 0 && last.books() == null;
        return rest != null
                && !booksDue
                && rest.owners().size() == shape.replicas()
                && rest.planner().equals(new PlannerSettings(shape.virtualNodes(), shape.maxLoadPercent()));
    }

    /** What a session begins with: what runs, else what the status says, else what is asked for. */
    private @Nullable Shape atFirst(PubSubCluster cluster, Shape wanted, int outdated, Snapshot snapshot) {
        Shape running = cases().stream()
                .filter(c -> !c.phase().ended() && c.startedAt() != null)
                .map(Case::shape)
                .reduce((a, b) -> b)
                .orElse(null);
        if (running != null) {
            return running;
        }
        Effective told =
                cluster.getStatus() == null ? null : cluster.getStatus().effective();
        if (told != null) {
            return new Shape(
                    told.replicas(),
                    told.virtualNodes(),
                    told.maxLoadPercent(),
                    told.revision() == null ? wanted.revision() : told.revision());
        }
        if (snapshot.ring() == null) {
            return null;
        }
        return outdated == 0
                ? wanted
                : new Shape(wanted.replicas(), wanted.virtualNodes(), wanted.maxLoadPercent(), ANOTHER_REVISION);
    }

    /** When the one that is open was proposed; null when none is. */
    @Nullable
    Instant openSince() {
        return cases().stream()
                .filter(c -> !c.phase().ended())
                .map(Case::createdAt)
                .reduce((a, b) -> b)
                .orElse(null);
    }

    /** Why the one that waits for a window may not have its deadline; empty when it may. */
    String hurry(PubSubCluster cluster, Instant now) {
        return known.values().stream()
                .filter(m -> phase(m.getStatus()) == Phase.WaitingForWindow
                        && m.getStatus().startedAt() == null)
                .max(Comparator.comparingLong(MigrationObjects::number))
                .map(ClusterMigrations::planOf)
                .map(plan -> ClusterWindows.settings(cluster.getSpec().migration())
                        .refusals(now, Durations.parse(plan.estimate())))
                .map(sentences -> String.join("; ", sentences))
                .orElse("");
    }

    private static ChannelMigrationStatus.@Nullable Plan planOf(ChannelMigration migration) {
        return migration.getStatus() == null ? null : migration.getStatus().plan();
    }

    // ---- the API

    /** @return whether all of it was written; if not, somebody else has written meanwhile */
    private boolean carryOut(
            PubSubCluster cluster, Decision decision, List<ObservedPod> pods, Snapshot snapshot, Instant now) {
        for (Change change : decision.changes()) {
            ChannelMigration seen = known.get(change.name());
            if (seen != null && !write(cluster, seen, change, pods, snapshot, now)) {
                return false;
            }
        }
        for (String name : decision.forget()) {
            ChannelMigration seen = known.remove(name);
            if (seen != null) {
                objects.delete(seen);
            }
        }
        if (decision.create() != null) {
            ChannelMigration made = objects.create(cluster, decision.create());
            if (made == null) {
                refused++;
                if (refused > PATIENCE_LOOKS) { // not one of its own that the cache will show
                    taken = decision.create().number();
                    refused = 0;
                }
                return false;
            }
            refused = 0;
            known.put(made.getMetadata().getName(), made);
        }
        return true;
    }

    private boolean write(
            PubSubCluster cluster,
            ChannelMigration seen,
            Change change,
            List<ObservedPod> pods,
            Snapshot snapshot,
            Instant now) {
        String name = change.name();
        ChannelMigrationStatus before = seen.getStatus();
        boolean begins = change.phase() == Phase.Running && (before == null || before.startedAt() == null);
        if (begins) {
            begunHere.put(name, now);
        } else if (before != null
                && before.startedAt() != null
                && !begunHere.containsKey(name)
                && !base.containsKey(name)) {
            base.put(name, before.progress() == null ? 0 : before.progress().slotsMoved());
        }
        boolean planned = before != null && before.plan() != null;
        ChannelMigrationStatus status = MigrationReport.of(
                before,
                change.phase(),
                change.message(),
                planned || seen.getSpec().reason().equals(Case.NODE_REPLACEMENT)
                        ? null
                        : plan(cluster, seen, pods, snapshot),
                snapshot,
                List.copyOf(accounts.getOrDefault(name, new TreeMap<>()).values()),
                base.getOrDefault(name, 0),
                base.containsKey(name),
                now);
        if (status.equals(before)) {
            return true;
        }
        boolean transition = before == null || !before.phase().equals(status.phase());
        Instant last = reported.get(name);
        if (!transition && last != null && now.isBefore(last.plus(StatusGate.PACE)) && !now.isBefore(last)) {
            return true;
        }
        ChannelMigration after = objects.report(seen, status);
        if (after == null) {
            if (objects.gone(seen)) {
                known.remove(name);
            }
            return false;
        }
        reported.put(name, now);
        known.put(name, after);
        return true;
    }

    private ChannelMigrationStatus.@Nullable Plan plan(
            PubSubCluster cluster, ChannelMigration migration, List<ObservedPod> pods, Snapshot snapshot) {
        if (snapshot.ring() == null) {
            return null;
        }
        PlannerSettings settings = new PlannerSettings(
                migration.getSpec().virtualNodes(), migration.getSpec().maxLoadPercent());
        Map<String, Double> rates = new HashMap<>();
        snapshot.load().forEach((node, load) -> rates.put(node, load.messagesPerSecond()));
        Costs.Load load = new Costs.Load(snapshot.subscriptions(), rates);
        Measured measured = measured();
        Costs.Speed speed = new Costs.Speed(
                cluster.getSpec().migration().limits().slotsPerBatch(),
                cluster.getSpec().migration().limits().subscriptionsPerSecond(),
                measured.perHandover);
        int nodes = snapshot.ring().table().owners().size();
        Costs costs;
        if (migration.getSpec().reason().equals("Upgrade")) {
            costs = Costs.ofReplacingAll(snapshot.ring().table(), settings, load, speed);
        } else {
            int replicas = migration.getSpec().replicas();
            List<String> staying = TierPlan.of(
                            new Wanted(replicas, migration.getSpec().revision(), ""), pods, snapshot, Instant.EPOCH)
                    .owners()
                    .stream()
                    .map(uid -> snapshot.nodes().get(uid))
                    .filter(node -> node != null && !node.nodeId().isEmpty())
                    .map(node -> node.nodeId())
                    .toList();
            costs = Costs.of(
                    snapshot.ring().table(), staying, Math.max(0, replicas - staying.size()), settings, load, speed);
        }
        return MigrationReport.plan(costs, nodes, snapshot.members(), measured.from);
    }

    private record Measured(Duration perHandover, String from) {}

    /** The speed of the last one that was completed. */
    private Measured measured() {
        return known.values().stream()
                .filter(m -> m.getStatus() != null
                        && m.getStatus().progress() != null
                        && m.getStatus().result() != null
                        && m.getStatus().progress().handoversDone() > 0)
                .max(Comparator.comparingLong(MigrationObjects::number))
                .map(ClusterMigrations::measured)
                .orElse(new Measured(
                        PER_HANDOVER, "no move has been measured yet: " + PER_HANDOVER.toMillis() + " ms a handover"));
    }

    private static Measured measured(ChannelMigration m) {
        int handovers = Objects.requireNonNull(m.getStatus().progress()).handoversDone();
        Duration taken =
                Durations.parse(Objects.requireNonNull(m.getStatus().result()).duration());
        Duration each = taken.dividedBy(handovers);
        return new Measured(
                each.compareTo(SHORTEST_HANDOVER) < 0 ? SHORTEST_HANDOVER : each,
                m.getMetadata().getName() + ": " + handovers + " handovers in " + Durations.text(taken));
    }

    // ---- what is known

    private List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (ChannelMigration migration : known.values()) {
            cases.add(view(migration));
        }
        cases.sort(Comparator.comparingLong(Case::number));
        return cases;
    }

    private static Case view(ChannelMigration m) {
        ChannelMigrationStatus status = m.getStatus();
        String startedAt = status == null ? null : status.startedAt();
        return new Case(
                m.getMetadata().getName(),
                MigrationObjects.number(m),
                new Shape(
                        m.getSpec().replicas(),
                        m.getSpec().virtualNodes(),
                        m.getSpec().maxLoadPercent(),
                        m.getSpec().revision()),
                m.getSpec().reason(),
                phase(status),
                m.getSpec().approved(),
                m.getSpec().paused(),
                m.getSpec().cancelled(),
                Instant.parse(m.getMetadata().getCreationTimestamp()),
                startedAt == null ? null : Instant.parse(startedAt));
    }

    private static Phase phase(@Nullable ChannelMigrationStatus status) {
        return status == null
                ? Phase.Proposed
                : Arrays.stream(Phase.values())
                        .filter(phase -> phase.name().equals(status.phase()))
                        .findFirst()
                        .orElse(Phase.Proposed);
    }

    /** The cache lags behind what was written here, and is ahead of it in what people write. */
    private void merge(PubSubCluster cluster, List<ChannelMigration> cached) {
        Map<String, ChannelMigration> seen = new HashMap<>();
        cached.stream()
                .filter(m -> MigrationObjects.belongs(m, cluster))
                .forEach(m -> seen.put(m.getMetadata().getName(), m));
        known.entrySet().removeIf(own -> !seen.containsKey(own.getKey()) && wasCached.contains(own.getKey()));
        seen.forEach((name, m) -> known.merge(name, m, (own, other) -> version(other) >= version(own) ? other : own));
        wasCached.addAll(seen.keySet());
        wasCached.retainAll(known.keySet());
        reported.keySet().retainAll(known.keySet());
        base.keySet().retainAll(known.keySet());
        begunHere.keySet().retainAll(known.keySet());
        accounts.keySet().retainAll(known.keySet());
    }

    /** Versions of one object may be compared as numbers. */
    private static long version(ChannelMigration m) {
        try {
            return Long.parseLong(m.getMetadata().getResourceVersion());
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
