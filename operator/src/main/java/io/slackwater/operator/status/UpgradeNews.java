package io.slackwater.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.coordination.Snapshot.Notice;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a change of the condition {@code Upgrading} means: an event at the begin, at the end, and when an upgrade stops. */
public final class UpgradeNews {
    private UpgradeNews() {}

    /**
     * What to tell.
     *
     * @param before the reason of the condition that was told last; empty when none was
     * @param after the status that holds now
     */
    public static Optional<Notice> of(String before, PubSubClusterStatus after, Instant now) {
        Condition condition = condition(after);
        String reason = reason(after);
        if (condition == null || reason.equals(before)) {
            return Optional.empty();
        }
        return switch (reason) {
            case Health.STOPPED -> Optional.of(new Notice(0, now, true, "UpgradeStopped", condition.getMessage()));
            case Health.REPLACING ->
                before.equals(Health.STOPPED)
                        ? Optional.empty()
                        : Optional.of(new Notice(0, now, false, "UpgradeStarted", condition.getMessage()));
            default ->
                before.isEmpty() || before.equals(reason)
                        ? Optional.empty()
                        : Optional.of(new Notice(0, now, false, "UpgradeCompleted", condition.getMessage()));
        };
    }

    /** The reason of the condition; empty when the status has none. */
    public static String reason(@Nullable PubSubClusterStatus status) {
        Condition condition = status == null ? null : condition(status);
        return condition == null ? "" : condition.getReason();
    }

    private static @Nullable Condition condition(PubSubClusterStatus status) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(Health.UPGRADING))
                .findFirst()
                .orElse(null);
    }
}
