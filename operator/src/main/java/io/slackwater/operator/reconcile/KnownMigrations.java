package io.slackwater.operator.reconcile;

import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.ChannelMigrationStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.kube.MigrationObjects;
import io.slackwater.operator.migration.MigrationState;
import io.slackwater.operator.migration.Phase;
import io.slackwater.operator.migration.Shape;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ChannelMigrations of one cluster as they are now: the cache lags behind what was written here, and is ahead of it in what people
 * write. For one thread.
 */
final class KnownMigrations {
    private final Map<String, ChannelMigration> known = new HashMap<>();
    private final Set<String> wasCached = new HashSet<>();

    /** Takes in what the cache has. What it had and has no more is gone. */
    void merge(PubSubCluster cluster, List<ChannelMigration> cached) {
        Map<String, ChannelMigration> seen = new HashMap<>();
        cached.stream()
                .filter(m -> MigrationObjects.belongs(m, cluster))
                .forEach(m -> seen.put(m.getMetadata().getName(), m));
        known.keySet().removeIf(name -> !seen.containsKey(name) && wasCached.contains(name));
        seen.forEach((name, m) -> known.merge(name, m, (own, other) -> version(other) >= version(own) ? other : own));
        wasCached.addAll(seen.keySet());
        wasCached.retainAll(known.keySet());
    }

    /** Takes in what was written here. */
    void put(ChannelMigration written) {
        known.put(written.getMetadata().getName(), written);
    }

    /** Forgets one that is gone. */
    @Nullable
    ChannelMigration remove(String name) {
        return known.remove(name);
    }

    @Nullable
    ChannelMigration get(String name) {
        return known.get(name);
    }

    Set<String> names() {
        return known.keySet();
    }

    /** All of them, the newest first. */
    Stream<ChannelMigration> newestFirst() {
        return known.values().stream()
                .sorted(Comparator.comparingLong(MigrationObjects::number).reversed());
    }

    /** All of them, the oldest first. */
    List<MigrationState> states() {
        return known.values().stream()
                .map(KnownMigrations::state)
                .sorted(Comparator.comparingLong(MigrationState::number))
                .toList();
    }

    /** The newest one that has not ended. */
    Optional<MigrationState> open() {
        return states().stream().filter(state -> !state.phase().ended()).reduce((a, b) -> b);
    }

    private static MigrationState state(ChannelMigration m) {
        ChannelMigrationStatus status = m.getStatus();
        String startedAt = status == null ? null : status.startedAt();
        return new MigrationState(
                m.getMetadata().getName(),
                MigrationObjects.number(m),
                new Shape(
                        m.getSpec().replicas(),
                        m.getSpec().virtualNodes(),
                        m.getSpec().maxLoadPercent(),
                        m.getSpec().revision(),
                        m.getSpec().rebalance()),
                m.getSpec().reason(),
                phase(m),
                m.getSpec().approved(),
                m.getSpec().paused(),
                m.getSpec().cancelled(),
                Instant.parse(m.getMetadata().getCreationTimestamp()),
                startedAt == null ? null : Instant.parse(startedAt));
    }

    /** One without a status, or with one of another version, has just been proposed. */
    static Phase phase(ChannelMigration m) {
        String written = m.getStatus() == null ? "" : m.getStatus().phase();
        return Arrays.stream(Phase.values())
                .filter(phase -> phase.name().equals(written))
                .findFirst()
                .orElse(Phase.Proposed);
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
