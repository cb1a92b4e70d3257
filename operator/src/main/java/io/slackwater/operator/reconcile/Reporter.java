package io.slackwater.operator.reconcile;

import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.kube.Events;
import io.slackwater.operator.kube.StatusWriter;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.status.StatusReport;
import io.slackwater.operator.status.UpgradeNews;
import java.time.Instant;
import java.util.List;

/** Tells how a cluster stands: status and events. */
public final class Reporter {
    private final StatusWriter writer;
    private final Events events;

    public Reporter(StatusWriter writer, Events events) {
        this.writer = writer;
        this.events = events;
    }

    /** @param held what keeps the operator from doing what it should, one sentence; empty when nothing does */
    void report(
            PubSubCluster cluster,
            ClusterSession session,
            List<ObservedPod> pods,
            String held,
            StatusReport.Change change,
            Instant now) {
        Snapshot snapshot = session.snapshot();
        session.news(snapshot).forEach(notice -> events.publish(cluster, notice));
        session.autoscaling().news().forEach(notice -> events.publish(cluster, notice));
        session.publication().news().forEach(notice -> events.publish(cluster, notice));
        session.scalers().news().forEach(notice -> events.publish(cluster, notice));
        PubSubClusterStatus status = StatusReport.of(cluster, pods, snapshot, held, change, now);
        UpgradeNews.of(session.upgradeTold(cluster.getStatus()), status, now)
                .ifPresent(notice -> events.publish(cluster, notice));
        session.tellUpgrade(status);
        write(cluster, session, status, now);
    }

    void invalid(PubSubCluster cluster, ClusterSession session, List<String> reasons, Instant now) {
        write(cluster, session, StatusReport.invalid(cluster, reasons, now), now);
    }

    private void write(PubSubCluster cluster, ClusterSession session, PubSubClusterStatus status, Instant now) {
        if (session.gate().admits(cluster.getStatus(), status, now)) {
            writer.write(cluster, status);
        }
    }
}
