package io.slackwater.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.crds.ChannelMigrationStatus;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.migration.Phase;
import io.slackwater.ring.handover.Report.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MigrationReportTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void begins_once_and_keeps_the_time_of_that() {
        ChannelMigrationStatus proposed = report(null, Phase.WaitingForWindow, snapshot(null, null), null, NOW);
        assertThat(proposed.startedAt()).isNull();
        ChannelMigrationStatus begun = report(proposed, Phase.Running, snapshot(null, null), null, NOW);
        assertThat(begun.startedAt()).isEqualTo(NOW.toString());
        ChannelMigrationStatus later =
                report(begun, Phase.Running, snapshot(move(10, 100, null), null), null, NOW.plusSeconds(5));
        assertThat(later.startedAt()).isEqualTo(NOW.toString());
        assertThat(Objects.requireNonNull(later.progress()).text()).isEqualTo("10/100 (10%)");
        assertThat(later.result()).isNull();
    }

    @Test
    void result_is_that_of_the_books_and_the_time_of_all_of_it() {
        ChannelMigrationStatus begun = report(null, Phase.Running, snapshot(null, null), null, NOW);
        ChannelMigrationStatus done = report(
                begun, Phase.Completed, snapshot(null, move(100, 100, NOW.plusSeconds(60))), null, NOW.plusSeconds(61));
        assertThat(Objects.requireNonNull(done.result()).verified()).isTrue();
        assertThat(done.result().lost()).isZero();
        assertThat(done.result().duration()).isEqualTo("1m");
        assertThat(done.endedAt()).isEqualTo(NOW.plusSeconds(61).toString());
    }

    @Test
    void what_another_operator_began_is_not_verified_and_its_progress_counts() {
        ChannelMigrationStatus begun = report(null, Phase.Running, snapshot(null, null), null, NOW);
        ChannelMigrationStatus goesOn = report(begun, Phase.Running, snapshot(move(10, 60, null), null), 40, NOW);
        assertThat(Objects.requireNonNull(goesOn.progress()).text()).isEqualTo("50/100 (50%)");
        ChannelMigrationStatus done = report(
                goesOn, Phase.Completed, snapshot(null, move(60, 60, NOW.plusSeconds(9))), 40, NOW.plusSeconds(9));
        assertThat(Objects.requireNonNull(done.result()).verified()).isFalse();
        assertThat(done.result().lost()).isNull();
        assertThat(done.result().reason()).contains("another operator began it", "lost 0 of 500");
    }

    @Test
    void one_that_was_cancelled_shows_nothing_in_progress() {
        ChannelMigrationStatus begun = report(null, Phase.Running, snapshot(null, null), null, NOW);
        Migration open = new Migration(
                "ScaleOut", 100, 10, 3, 1, NOW, null, Duration.ofSeconds(9), "a → b PREPARE", Duration.ZERO, null, 0);
        ChannelMigrationStatus runs = report(begun, Phase.Running, snapshot(open, null), null, NOW);
        assertThat(Objects.requireNonNull(runs.progress()).current()).isEqualTo("a → b PREPARE");
        ChannelMigrationStatus cancelled = report(runs, Phase.Cancelled, snapshot(open, null), null, NOW);
        assertThat(Objects.requireNonNull(cancelled.progress()).text()).isEqualTo("10/100 (10%)");
        assertThat(cancelled.progress().current()).isNull();
        assertThat(cancelled.progress().eta()).isNull();
    }

    @Test
    void an_upgrade_is_the_sum_of_its_nodes() {
        ChannelMigrationStatus begun = report(null, Phase.Running, snapshot(null, null), null, NOW);
        Migration first = move(60, 60, NOW.plusSeconds(9));
        Migration lossy = new Migration(
                "Upgrade",
                40,
                40,
                3,
                0,
                NOW,
                NOW.plusSeconds(5),
                null,
                "",
                Duration.ofMillis(99),
                new Verdict(true, 7L, 100, ""),
                1);
        ChannelMigrationStatus done = MigrationReport.of(
                begun,
                Phase.Completed,
                "",
                null,
                snapshot(null, first),
                List.of(lossy, first),
                null,
                NOW.plusSeconds(20));
        assertThat(Objects.requireNonNull(done.result()).lost()).isEqualTo(7);
        assertThat(done.result().deliveries()).isEqualTo(600);
        assertThat(done.result().membersFenced()).isEqualTo(1);
        assertThat(done.result().longestFenceMillis()).isEqualTo(99);
        assertThat(done.result().duration()).isEqualTo("14s");
        assertThat(Objects.requireNonNull(done.progress()).text()).isEqualTo("100/100 (100%)");
    }

    private static ChannelMigrationStatus report(
            @Nullable ChannelMigrationStatus before,
            Phase phase,
            Snapshot snapshot,
            @Nullable Integer takenOver,
            Instant now) {
        List<Migration> accounts = Stream.of(snapshot.lastMigration(), snapshot.migration())
                .filter(Objects::nonNull)
                .toList();
        return MigrationReport.of(before, phase, "a sentence", null, snapshot, accounts, takenOver, now);
    }

    private static Migration move(int moved, int total, @Nullable Instant ended) {
        return new Migration(
                "ScaleOut",
                total,
                moved,
                3,
                0,
                NOW,
                ended,
                null,
                "",
                Duration.ofMillis(12),
                new Verdict(true, 0L, 500, ""),
                0);
    }

    private static Snapshot snapshot(@Nullable Migration current, @Nullable Migration last) {
        return new Snapshot(
                NOW,
                null,
                true,
                Map.of(),
                current,
                last,
                1,
                "",
                List.of(),
                100,
                null,
                Snapshot.Measurements.NONE,
                List.of());
    }
}
