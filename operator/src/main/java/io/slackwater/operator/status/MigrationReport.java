package io.slackwater.operator.status;

import io.slackwater.crds.ChannelMigrationStatus;
import io.slackwater.crds.ChannelMigrationStatus.Plan;
import io.slackwater.crds.ChannelMigrationStatus.Progress;
import io.slackwater.crds.MigrationStatus;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.migration.Costs;
import io.slackwater.operator.migration.Phase;
import io.slackwater.ring.handover.Report.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Composes the status of a ChannelMigration. */
public final class MigrationReport {
    private static final int LONGEST_TEXT = 1024;

    private MigrationReport() {}

    /**
     * What it costs, as people read it.
     *
     * @param estimatedFrom what the speed was taken from, one sentence
     */
    public static Plan plan(Costs costs, int nodesBefore, int members, String estimatedFrom) {
        return new Plan(
                nodesBefore,
                costs.slots(),
                costs.subscriptions(),
                costs.messagesPerSecond(),
                members,
                costs.skewPercentBefore(),
                costs.skewPercentAfter(),
                Migrations.duration(costs.estimate().plusMillis(999)),
                estimatedFrom);
    }

    /**
     * The status.
     *
     * @param before null when it has none yet
     * @param plan null to keep the one that is there
     * @param accounts of this operator's moves for it, oldest first, the present one included
     * @param takenOver slots that an earlier operator had moved, whose books are not known; null when this one began it
     */
    public static ChannelMigrationStatus of(
            @Nullable ChannelMigrationStatus before,
            Phase phase,
            String message,
            @Nullable Plan plan,
            Snapshot snapshot,
            List<Migration> accounts,
            @Nullable Integer takenOver,
            Instant now) {
        boolean begins = phase == Phase.Running && (before == null || before.startedAt() == null);
        String startedAt = begins ? seconds(now) : before == null ? null : before.startedAt();
        Migration move =
                begins ? null : accounts.stream().reduce(MigrationReport::sum).orElse(null);
        Progress former = before == null ? null : before.progress();
        Progress progress = move == null ? former : progress(move, takenOver == null ? 0 : takenOver);
        return new ChannelMigrationStatus(
                phase.name(),
                text(phase, message, snapshot),
                plan != null ? plan : before == null ? null : before.plan(),
                phase.ended() ? atRest(progress) : progress,
                startedAt,
                phase.ended() ? before != null && before.endedAt() != null ? before.endedAt() : seconds(now) : null,
                phase == Phase.Completed ? result(move, takenOver != null) : null);
    }

    private static String text(Phase phase, String message, Snapshot snapshot) {
        String waiting =
                phase == Phase.Running && !snapshot.waiting().isEmpty() ? "; waiting: " + snapshot.waiting() : "";
        String text = message + waiting;
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }

    /** All that this operator has moved for it. An upgrade has an account for each node. */
    private static Migration sum(Migration a, Migration b) {
        Verdict books = a.books() == null
                ? b.books()
                : b.books() == null ? a.books() : a.books().plus(b.books());
        Duration taken = taken(a).plus(taken(b));
        return new Migration(
                b.reason(),
                a.slotsTotal() + b.slotsTotal(),
                a.slotsMoved() + b.slotsMoved(),
                a.handoversDone() + b.handoversDone(),
                b.handoversOpen(),
                b.endedAt() == null ? b.startedAt() : b.endedAt().minus(taken),
                b.endedAt(),
                b.eta(),
                b.current(),
                a.longestFence().compareTo(b.longestFence()) < 0 ? b.longestFence() : a.longestFence(),
                books,
                a.membersFenced() + b.membersFenced());
    }

    private static Duration taken(Migration account) {
        Instant ended = account.endedAt();
        return ended == null ? Duration.ZERO : Duration.between(account.startedAt(), ended);
    }

    /** How far one has come that has ended: nothing of it is in progress. */
    private static @Nullable Progress atRest(@Nullable Progress progress) {
        return progress == null
                ? null
                : new Progress(progress.text(), progress.slotsMoved(), progress.handoversDone(), null, null);
    }

    private static Progress progress(Migration move, int base) {
        int moved = base + move.slotsMoved();
        int total = base + move.slotsTotal();
        String text = total == 0 ? "planning" : moved + "/" + total + " (" + 100L * moved / total + "%)";
        boolean ended = move.endedAt() != null;
        return new Progress(
                text,
                moved,
                move.handoversDone(),
                ended || move.current().isEmpty() ? null : move.current(),
                ended || move.eta() == null ? null : Migrations.duration(move.eta()));
    }

    private static MigrationStatus.Result result(@Nullable Migration move, boolean takenOver) {
        MigrationStatus.Result own =
                move == null ? null : Migrations.status(move).result();
        if (own == null) {
            return new MigrationStatus.Result(false, null, 0, "nothing had to be moved", 0, 0, "0s");
        }
        if (!takenOver) {
            return own;
        }
        String sentence = "another operator began it, and its books are not known; those since then "
                + (own.verified()
                        ? "say lost " + own.lost() + " of " + own.deliveries()
                        : "are not verified: " + own.reason());
        return new MigrationStatus.Result(
                false, null, own.deliveries(), sentence, own.longestFenceMillis(), own.membersFenced(), own.duration());
    }

    private static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
