package io.slackwater.operator.reconcile;

import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.coordination.ClusterCoordinator;
import io.slackwater.operator.coordination.ClusterCoordinator.Proof;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.status.StatusGate;
import io.slackwater.operator.status.UpgradeNews;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What this operator knows of one cluster while it leads: its coordinator, the pods it has seen, what it has already told. Used by
 * one thread at a time, except for {@link #snapshot}, {@link #figures} and {@link #close}.
 */
final class ClusterSession implements AutoCloseable {
    private static final Duration LONGEST_PROOF = Duration.ofSeconds(6);
    private static final String DEPOSED = "Deposed";

    private final String uid;
    private final Instant begun;
    private final ClusterCoordinator coordinator;
    private final ClusterSecurity security;
    private final ClusterMigrations migrations;
    private final ClusterWindows windows;
    private final ClusterAutoscaling autoscaling;
    private final ClusterPublication publication;
    private final StatusGate gate = new StatusGate();
    private final SeenPods pods = new SeenPods();
    private final ScalerWatch scalers = new ScalerWatch();
    private long told;
    private @Nullable String upgradeTold;
    private boolean introduced;

    /** @param uid of the cluster's object */
    ClusterSession(
            String uid,
            ClusterCoordinator coordinator,
            ClusterSecurity security,
            ClusterMigrations migrations,
            ClusterWindows windows,
            ClusterAutoscaling autoscaling,
            ClusterPublication publication,
            Instant begun) {
        this.security = security;
        this.migrations = migrations;
        this.windows = windows;
        this.autoscaling = autoscaling;
        this.publication = publication;
        this.uid = uid;
        this.begun = begun;
        this.coordinator = coordinator;
    }

    String uid() {
        return uid;
    }

    ClusterCoordinator coordinator() {
        return coordinator;
    }

    ClusterSecurity security() {
        return security;
    }

    ClusterMigrations migrations() {
        return migrations;
    }

    ClusterWindows windows() {
        return windows;
    }

    ClusterAutoscaling autoscaling() {
        return autoscaling;
    }

    ClusterPublication publication() {
        return publication;
    }

    ScalerWatch scalers() {
        return scalers;
    }

    StatusGate gate() {
        return gate;
    }

    /** Whether its coordinator has been deposed: somebody else has written the ring. It does nothing any more. */
    boolean deposed() {
        Snapshot snapshot = coordinator.snapshot();
        return !snapshot.leading()
                && snapshot.notices().stream()
                        .anyMatch(notice -> notice.reason().equals(DEPOSED));
    }

    /** Whether it began less than this long ago. */
    boolean youngerThan(Duration age, Instant now) {
        return now.isBefore(begun.plus(age)) && !now.isBefore(begun);
    }

    /** Whether all pods that were there when it began have been seen. */
    boolean introduced() {
        return introduced;
    }

    void introduce() {
        introduced = true;
    }

    Snapshot snapshot() {
        return coordinator.snapshot();
    }

    /** How the cluster stands, in figures. For any thread. */
    ClusterFigures figures(Instant now) {
        ClusterMigrations.Waiting waiting = migrations.waiting();
        return new ClusterFigures(
                snapshot(), autoscaling.status(), waiting.since(now), waiting.patience(), scalers.two());
    }

    SeenPods pods() {
        return pods;
    }

    /** Asks for proof and waits for it. An answer that does not come is a refusal. */
    Proof prove(ObservedPod pod) {
        try {
            return coordinator
                    .proveRemovable(pod.uid())
                    .toCompletableFuture()
                    .get(LONGEST_PROOF.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return new Proof.Refused("no answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Proof.Refused("interrupted");
        }
    }

    /** Notices that were not returned by an earlier call. */
    List<Notice> news(Snapshot snapshot) {
        List<Notice> news = snapshot.notices().stream()
                .filter(notice -> notice.number() > told)
                .toList();
        if (!news.isEmpty()) {
            told = news.getLast().number();
        }
        return news;
    }

    /** What was last told of an upgrade, see {@link UpgradeNews}; at the begin it is what a former operator has written. */
    String upgradeTold(@Nullable PubSubClusterStatus written) {
        return upgradeTold == null ? UpgradeNews.reason(written) : upgradeTold;
    }

    void tellUpgrade(PubSubClusterStatus told) {
        upgradeTold = UpgradeNews.reason(told);
    }

    @Override
    public void close() {
        publication.close();
        autoscaling.close();
        windows.close();
        coordinator.close();
    }
}
