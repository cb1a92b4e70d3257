package io.slackwater.operator.reconcile;

import io.slackwater.crds.ChannelMigrationStatus;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Migration;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this operator has moved for each migration. The coordinator keeps one account for each stretch in which slots move, so an
 * upgrade has several; and one that another operator began has a part that nobody here has counted. For one thread.
 */
final class MigrationAccounts {
    /** When nothing has moved for this long, something is in the way. */
    private static final Duration STUCK = Duration.ofSeconds(60);

    private final Map<String, Instant> begunHere = new HashMap<>();
    private final Map<String, Integer> takenOver = new HashMap<>();
    private final Map<String, TreeMap<Instant, Migration>> accounts = new HashMap<>();
    private @Nullable Instant movedAt;

    /** One begins now. */
    void begins(String migration, Instant now) {
        begunHere.put(migration, now);
    }

    /** One goes on; the first time that this operator sees it tells what another one had moved. */
    void goesOn(String migration, ChannelMigrationStatus before) {
        if (!begunHere.containsKey(migration)) {
            takenOver.putIfAbsent(
                    migration, before.progress() == null ? 0 : before.progress().slotsMoved());
        }
    }

    /** Remembers how things stand, and counts it for the migration that runs. */
    void note(@Nullable String running, Snapshot snapshot, Instant now) {
        Migration current = snapshot.migration();
        Migration last = snapshot.lastMigration();
        if (movedAt == null || current != null && current.handoversOpen() > 0 || now.isBefore(movedAt)) {
            movedAt = now;
        }
        if (running == null) {
            return;
        }
        TreeMap<Instant, Migration> own = accounts.computeIfAbsent(running, name -> new TreeMap<>());
        if (current != null) {
            own.put(current.startedAt(), current);
        }
        Instant begun = begunHere.getOrDefault(running, Instant.MIN);
        if (last != null
                && (own.containsKey(last.startedAt()) || !last.startedAt().isBefore(begun))) {
            own.put(last.startedAt(), last);
        }
    }

    /** Its accounts, oldest first. */
    List<Migration> of(String migration) {
        return List.copyOf(accounts.getOrDefault(migration, new TreeMap<>()).values());
    }

    /** Slots that another operator had moved for it; null when this one began it. */
    @Nullable
    Integer takenOver(String migration) {
        return takenOver.get(migration);
    }

    /** Whether nothing has moved for long. */
    boolean stuck(Instant now) {
        return movedAt != null && now.isAfter(movedAt.plus(STUCK));
    }

    /** Forgets all but these. */
    void retain(Set<String> migrations) {
        begunHere.keySet().retainAll(migrations);
        takenOver.keySet().retainAll(migrations);
        accounts.keySet().retainAll(migrations);
    }
}
