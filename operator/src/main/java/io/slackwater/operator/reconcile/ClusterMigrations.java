package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.ChannelMigrationStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus.Effective;
import io.slackwater.crds.RingSpec;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.coordination.Snapshot.Rest;
import io.slackwater.operator.kube.MigrationObjects;
import io.slackwater.operator.migration.Decision;
import io.slackwater.operator.migration.Decision.Change;
import io.slackwater.operator.migration.Gate;
import io.slackwater.operator.migration.LoadWatch;
import io.slackwater.operator.migration.LoadWatch.Findings;
import io.slackwater.operator.migration.MigrationPolicy;
import io.slackwater.operator.migration.MigrationState;
import io.slackwater.operator.migration.Phase;
import io.slackwater.operator.migration.Shape;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.UpgradeProgress;
import io.slackwater.operator.nodes.Wanted;
import io.slackwater.operator.status.MigrationReport;
import io.slackwater.operator.status.StatusGate;
import io.slackwater.operator.windows.Durations;
import io.slackwater.ring.PlannerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The planned changes of one cluster: what the {@link MigrationPolicy} decides is written to the API before it takes effect, so that an operator
 * that comes after this one goes on with it. For one thread.
 */
final class ClusterMigrations {
    /** Each look takes at most so many steps, such as to withdraw one, propose another, and begin it. */
    private static final int STEPS = 4;

    /** What pods are of that were taken over, when it is not what is asked for. */
    private static final String ANOTHER_REVISION = "another";

    /** How long a move may wait when nothing is said: a window of each week comes within it. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(8);

    private final MigrationObjects objects;
    private final KnownMigrations known = new KnownMigrations();
    private final MigrationAccounts accounts = new MigrationAccounts();
    private final Map<String, Instant> reported = new HashMap<>();
    private @Nullable Shape effective;
    private @Nullable LoadWatch watch;
    private Findings findings = Findings.NONE;
    private String trouble = "";
    private volatile Waiting waiting = new Waiting(null, LONGEST_WAIT);

    ClusterMigrations(MigrationObjects objects) {
        this.objects = objects;
    }

    /**
     * How long a move waits to begin.
     *
     * @param proposed when the one that waits was proposed; null while none waits
     * @param patience how long one may wait
     */
    record Waiting(@Nullable Instant proposed, Duration patience) {
        /** Zero while none waits. */
        Duration since(Instant now) {
            return proposed == null || now.isBefore(proposed) ? Duration.ZERO : Duration.between(proposed, now);
        }
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
     * @param load how evenly the load is spread
     */
    record Due(
            Shape effective,
            String held,
            boolean abandoned,
            String waiting,
            @Nullable String migration,
            boolean inForce,
            Findings load) {
        /** Null while there is no ring yet, so that there is nothing in force. */
        @Nullable
        Effective status() {
            return inForce
                    ? new Effective(
                            effective.replicas(),
                            effective.virtualNodes(),
                            effective.maxLoadPercent(),
                            effective.revision(),
                            effective.rebalance(),
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
        known.merge(cluster, cached);
        reported.keySet().retainAll(known.names());
        accounts.retain(known.names());
        boolean outdated = outdated(wanted, pods, snapshot, now);
        Shape before = effective == null ? atFirst(cluster, wanted, outdated, snapshot) : effective;
        if (before != null && snapshot.ring() == null) { // nothing can be judged before it is known how things stand
            return noted(
                    cluster, new Due(before, "the ring is being taken over", false, "", openName(), true, findings));
        }
        Shape asked = asked(cluster, wanted, before, snapshot, now);
        accounts.note(
                known.open()
                        .filter(state -> state.startedAt() != null)
                        .map(MigrationState::name)
                        .orElse(null),
                snapshot,
                now);
        trouble = "";
        Decision decision = decide(cluster, asked, before, gate, outdated, snapshot, now);
        for (int step = 0; step < STEPS; step++) {
            if (!written(cluster, decision, pods, snapshot, now)) {
                return noted(
                        cluster, due(before == null ? asked : before, decision, before != null)); // seen anew next time
            }
            before = snapshot.ring() == null ? null : decision.effective();
            effective = before;
            boolean more = decision.create() != null
                    || decision.changes().stream()
                            .anyMatch(change -> change.phase().ended());
            if (!more) {
                break;
            }
            decision = decide(cluster, asked, before, gate, outdated, snapshot, now);
        }
        return noted(cluster, due(decision.effective(), decision, snapshot.ring() != null));
    }

    private Due noted(PubSubCluster cluster, Due due) {
        String deadline = cluster.getSpec().migration().deadline();
        waiting = new Waiting(
                known.open()
                        .filter(state -> state.startedAt() == null)
                        .map(MigrationState::createdAt)
                        .orElse(null),
                deadline == null ? LONGEST_WAIT : Durations.parse(deadline));
        return due;
    }

    /** As of the last look. For any thread. */
    Waiting waiting() {
        return waiting;
    }

    private Due due(Shape shape, Decision decision, boolean inForce) {
        return new Due(shape, decision.held(), decision.abandoned(), decision.waiting(), openName(), inForce, findings);
    }

    /** What is asked for, with one rebalance more than is in force when a node has become too busy. */
    private Shape asked(PubSubCluster cluster, Shape wanted, @Nullable Shape before, Snapshot snapshot, Instant now) {
        if (before == null || snapshot.ring() == null) {
            findings = Findings.NONE;
            return wanted;
        }
        MigrationState open = known.open().orElse(null);
        if (watch == null || open != null && open.startedAt() != null) { // what is moving will change it
            boolean waits =
                    open != null && open.startedAt() == null && open.shape().rebalance() > before.rebalance();
            watch = new LoadWatch(waits);
        }
        findings = watch.look(new LoadWatch.View(
                snapshot.ring().table(),
                snapshot.measured().slots(),
                new PlannerSettings(before.virtualNodes(), before.maxLoadPercent()),
                rebalanceAfter(cluster.getSpec().ring()),
                open == null && reached(before, snapshot),
                lastRebalance(),
                now));
        Shape same = wanted.withRebalance(before.rebalance());
        return findings.due() && same.equals(before) ? wanted.withRebalance(before.rebalance() + 1) : same;
    }

    private static @Nullable Duration rebalanceAfter(RingSpec ring) {
        return ring.rebalanceAfter().equals(RingSpec.NEVER) ? null : Durations.parse(ring.rebalanceAfter());
    }

    /** When the last rebalance ended; null if none is known. */
    private @Nullable Instant lastRebalance() {
        return known.newestFirst()
                .filter(m -> m.getSpec().reason().equals("Rebalance"))
                .map(ChannelMigration::getStatus)
                .filter(status -> status != null && status.endedAt() != null)
                .map(status -> Instant.parse(Objects.requireNonNull(status.endedAt())))
                .findFirst()
                .orElse(null);
    }

    private @Nullable String openName() {
        return known.open().map(MigrationState::name).orElse(null);
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

    private Decision decide(
            PubSubCluster cluster,
            Shape wanted,
            @Nullable Shape from,
            Gate gate,
            boolean outdated,
            Snapshot snapshot,
            Instant now) {
        int serving = (int) snapshot.nodes().values().stream()
                .filter(node -> node.slots() > 0)
                .count();
        return MigrationPolicy.decide(new MigrationPolicy.View(
                wanted,
                from,
                known.states(),
                gate,
                serving,
                from != null && !outdated && reached(from, snapshot),
                snapshot.migration() == null ? "" : snapshot.migration().reason(),
                accounts.stuck(now),
                cluster.getSpec().migration().historyLimit()));
    }

    /** Whether a pod that is counted on is not of the revision asked for. */
    private static boolean outdated(Shape wanted, List<ObservedPod> pods, Snapshot snapshot, Instant now) {
        return UpgradeProgress.of(new Wanted(wanted.replicas(), wanted.revision(), ""), pods, snapshot, now)
                .running();
    }

    private static boolean reached(Shape shape, Snapshot snapshot) {
        Rest rest = snapshot.rest();
        Migration last = snapshot.lastMigration();
        boolean booksDue = last != null && last.handoversDone() > 0 && last.books() == null;
        return rest != null
                && !booksDue
                && rest.owners().size() == shape.replicas()
                && rest.rebalance() == shape.rebalance()
                && rest.planner().equals(new PlannerSettings(shape.virtualNodes(), shape.maxLoadPercent()));
    }

    /** What a session begins with: what runs, else what the status says, else what is asked for. */
    private @Nullable Shape atFirst(PubSubCluster cluster, Shape wanted, boolean outdated, Snapshot snapshot) {
        Optional<MigrationState> running = known.open().filter(state -> state.startedAt() != null);
        if (running.isPresent()) {
            return running.get().shape();
        }
        Effective told =
                cluster.getStatus() == null ? null : cluster.getStatus().effective();
        if (told != null) {
            return new Shape(
                    told.replicas(),
                    told.virtualNodes(),
                    told.maxLoadPercent(),
                    told.revision() == null ? wanted.revision() : told.revision(),
                    told.rebalance());
        }
        if (snapshot.ring() == null) {
            return null;
        }
        return outdated
                ? new Shape(
                        wanted.replicas(),
                        wanted.virtualNodes(),
                        wanted.maxLoadPercent(),
                        ANOTHER_REVISION,
                        wanted.rebalance())
                : wanted;
    }

    /** What is in force or worked towards as of the last look; null when that is not known. */
    @Nullable
    Shape effective() {
        return effective;
    }

    /** When the one that is open was proposed; null when none is. */
    @Nullable
    Instant openSince() {
        return known.open().map(MigrationState::createdAt).orElse(null);
    }

    /** Why the one that waits for a window may not have its deadline; empty when it may. */
    String hurry(PubSubCluster cluster, Instant now) {
        return known.newestFirst()
                .filter(m -> KnownMigrations.phase(m) == Phase.WaitingForWindow
                        && m.getStatus().startedAt() == null)
                .findFirst()
                .map(m -> m.getStatus().plan())
                .map(plan -> ClusterWindows.settings(cluster.getSpec().migration())
                        .refusals(now, Durations.parse(plan.estimate())))
                .map(sentences -> String.join("; ", sentences))
                .orElse("");
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
                return false;
            }
            known.put(made);
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
            accounts.begins(name, now);
        } else if (before != null && before.startedAt() != null) {
            accounts.goesOn(name, before);
        }
        boolean planned = before != null && before.plan() != null;
        ChannelMigrationStatus status = MigrationReport.of(
                before,
                change.phase(),
                change.message(),
                planned || seen.getSpec().reason().equals(MigrationState.NODE_REPLACEMENT)
                        ? null
                        : MigrationPlans.of(
                                seen.getSpec(),
                                cluster.getSpec().migration().limits(),
                                pods,
                                snapshot,
                                known.newestFirst()),
                snapshot,
                accounts.of(name),
                accounts.takenOver(name),
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
        known.put(after);
        return true;
    }
}
