package io.slackwater.operator.status;

import io.slackwater.crds.MigrationStatus;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.ring.handover.Report.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** A move, as people read it. */
final class Migrations {
    private Migrations() {}

    static MigrationStatus status(Migration move) {
        return new MigrationStatus(
                move.reason(),
                progress(move),
                move.slotsTotal(),
                move.slotsMoved(),
                move.handoversDone(),
                move.current().isEmpty() || move.endedAt() != null ? null : move.current(),
                move.eta() == null || move.endedAt() != null ? null : duration(move.eta()),
                seconds(move.startedAt()),
                move.endedAt() == null ? null : seconds(move.endedAt()),
                result(move));
    }

    /** As in {@code 1024/6554 (15%)}. */
    static String progress(Migration move) {
        if (move.slotsTotal() == 0) {
            return move.endedAt() == null ? "planning" : "nothing to move";
        }
        long percent = 100L * move.slotsMoved() / move.slotsTotal();
        return move.slotsMoved() + "/" + move.slotsTotal() + " (" + percent + "%)";
    }

    /** As in {@code 1h2m3s}. */
    static String duration(Duration duration) {
        String text = Duration.ofSeconds(Math.max(0, duration.toSeconds())).toString();
        return text.substring(2).toLowerCase(java.util.Locale.ROOT);
    }

    private static MigrationStatus.@Nullable Result result(Migration move) {
        Instant ended = move.endedAt();
        if (ended == null) {
            return null;
        }
        Verdict books = move.books();
        return new MigrationStatus.Result(
                books != null && books.verified(),
                books == null ? null : books.lost(),
                books == null ? 0 : books.deliveries(),
                books == null ? "no handover was completed" : books.reason().isEmpty() ? null : books.reason(),
                move.longestFence().toMillis(),
                move.membersFenced(),
                duration(Duration.between(move.startedAt(), ended)));
    }

    private static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
