package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.ring.Handover;
import io.slackwater.ring.handover.Report;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what the state machine reports: in the log, in the metrics, in the account of the migration, and as notices. For one thread. */
final class Chronicle {
    private static final Logger log = LoggerFactory.getLogger(Chronicle.class);

    private final String cluster;
    private final Clock wall;
    private final MigrationLog migrations;
    private final CoordinatorMetrics metrics;
    private final Notices notices = new Notices();

    Chronicle(String cluster, Clock wall, MigrationLog migrations, CoordinatorMetrics metrics) {
        this.cluster = cluster;
        this.wall = wall;
        this.migrations = migrations;
        this.metrics = metrics;
    }

    /** Something has happened that people should be able to read about. */
    void notice(boolean warning, String reason, String message) {
        notices.add(wall.instant(), warning, reason, message);
    }

    /** See {@link Snapshot#notices}. */
    List<Notice> notices() {
        return notices.all();
    }

    void tell(Report report) {
        switch (report) {
            case Report.TookOver tookOver -> {
                log.info("cluster={} epoch={} term={} leads", cluster, tookOver.epoch(), tookOver.term());
                notice(false, "TookOver", "leads the cluster at epoch " + tookOver.epoch());
            }
            case Report.Entered entered -> entered(entered.handover());
            case Report.Done done -> done(done.handover());
            case Report.Aborted aborted -> {
                migrations.aborted(aborted.handover());
                metrics.aborted(aborted.handover());
                log.info(
                        "cluster={} handover={} ABORTED reason=\"{}\"",
                        cluster,
                        aborted.handover().id(),
                        aborted.reason());
            }
            case Report.Refused refused ->
                log.info("cluster={} request={} refused: {}", cluster, refused.request(), refused.reason());
            case Report.FailedOver failedOver -> {
                metrics.failedOver();
                log.warn(
                        "cluster={} failed over: dead={} slots={}",
                        cluster,
                        failedOver.dead(),
                        failedOver.slots().size());
                notice(true, "FailedOver", failedOver.slots().size() + " slots of dead nodes were given to the others");
            }
            case Report.Joined joined -> {
                log.info("cluster={} node={} joined", cluster, joined.node().id());
                notice(false, "NodeJoined", "node " + joined.node().id() + " joined the ring");
            }
            case Report.Retired retired -> {
                log.info("cluster={} node={} retired", cluster, retired.node());
                notice(false, "NodeRetired", "node " + retired.node() + " left the ring");
            }
            case Report.FencedOff fencedOff -> fencedOff(fencedOff);
            case Report.PutOff putOff ->
                log.info(
                        "cluster={} handover={} put off: slow members, with milliseconds: {}",
                        cluster,
                        putOff.handover(),
                        putOff.slow());
            case Report.Settled settled -> settled(settled);
            case Report.VersionChanged changed -> {
                metrics.version(changed.version());
                String why = changed.member() == null ? "" : ": member " + changed.member() + " reads no newer one";
                log.info(
                        "cluster={} rings are published in version {} of the protocol{}",
                        cluster,
                        changed.version(),
                        why);
                if (changed.member() != null) {
                    notice(
                            false,
                            "ProtocolVersion",
                            "rings are published in version " + changed.version() + " of the protocol" + why);
                }
            }
            case Report.Deposed deposed -> {} // the conductor tells why, whoever has found it out
        }
    }

    private void entered(Handover open) {
        log.info(
                "cluster={} handover={} {} source={} target={} slots={} epoch={}",
                cluster,
                open.id(),
                open.phase(),
                open.source(),
                open.target(),
                open.slots().size(),
                open.phaseEpoch());
        migrations.resume();
        migrations.entered(open);
        metrics.entered(open);
    }

    private void done(Handover handover) {
        Duration gap = migrations.done(handover);
        metrics.done(handover);
        if (gap != null) {
            metrics.fenceGap(gap);
        }
        log.info("cluster={} handover={} DONE gap={}", cluster, handover.id(), gap);
    }

    private void fencedOff(Report.FencedOff fencedOff) {
        migrations.fencedOff();
        metrics.fencedOff();
        log.warn(
                "cluster={} node={} handover={} fenced off member={}",
                cluster,
                fencedOff.node(),
                fencedOff.handover(),
                fencedOff.member());
        notice(
                true,
                "MemberFencedOff",
                "member " + fencedOff.member() + " did not answer in time and was disconnected from "
                        + fencedOff.node());
    }

    private void settled(Report.Settled settled) {
        Report.Verdict verdict = settled.verdict();
        migrations.settled(settled.handover(), verdict);
        metrics.settled(verdict);
        Long lost = verdict.lost();
        if (verdict.verified() && lost != null && lost != 0) {
            notice(
                    true,
                    "MessagesLost",
                    "handover " + settled.handover().id() + ": " + lost + " of " + verdict.deliveries()
                            + " deliveries were lost");
        }
        log.info(
                "cluster={} handover={} books verified={} lost={} deliveries={} reason=\"{}\"",
                cluster,
                settled.handover().id(),
                verdict.verified(),
                lost,
                verdict.deliveries(),
                verdict.reason());
    }
}
