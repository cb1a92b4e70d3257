package io.slackwater.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.MigrationStatus;
import io.slackwater.crds.PubSubClusterStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a status is worth writing: a transition at once, mere progress at most every five seconds, the same again never.
 * One for each object; not safe for use by several threads at once.
 */
public final class StatusGate {
    /** Shortest time between two writes of mere progress. */
    public static final Duration PACE = Duration.ofSeconds(5);

    private @Nullable Instant written;

    /**
     * Whether to write now; the caller then does.
     *
     * @param before as the API has it, null when there is none yet
     */
    public boolean admits(@Nullable PubSubClusterStatus before, PubSubClusterStatus after, Instant now) {
        return admits(before, after, StatusGate::essence, now);
    }

    /**
     * The same for another kind of status.
     *
     * @param essence what is left when all that is mere progress is taken away
     */
    public <S> boolean admits(@Nullable S before, S after, UnaryOperator<S> essence, Instant now) {
        if (after.equals(before)) {
            return false;
        }
        boolean transition = before == null || !essence.apply(before).equals(essence.apply(after));
        boolean due = written == null || now.isBefore(written) || !now.isBefore(written.plus(PACE));
        if (transition || due) {
            written = now;
            return true;
        }
        return false;
    }

    /** What is left when all that changes during a move is taken away. */
    private static PubSubClusterStatus essence(PubSubClusterStatus status) {
        List<PubSubClusterStatus.NodeStatus> nodes = status.nodes().stream()
                .map(node -> new PubSubClusterStatus.NodeStatus(
                        node.pod(), node.id(), node.state(), node.ready(), Math.min(1, node.slots()), 0, null))
                .toList();
        MigrationStatus move = status.migration();
        MigrationStatus moved = move == null
                ? null
                : new MigrationStatus(
                        move.reason(), "", 0, 0, 0, null, null, move.startedAt(), move.endedAt(), move.result());
        return new PubSubClusterStatus(
                status.replicas(),
                status.selector(),
                status.observedGeneration(),
                "",
                null,
                0,
                nodes,
                moved,
                status.effective(),
                essence(status.autoscaling()),
                status.conditions().stream().map(StatusGate::essence).toList());
    }

    static @Nullable AutoscalingStatus essence(@Nullable AutoscalingStatus status) {
        return status == null
                ? null
                : new AutoscalingStatus(status.desired(), "", status.limit(), List.of(), status.dryRun(), "");
    }

    static Condition essence(Condition condition) {
        return new ConditionBuilder(condition).withMessage("").build();
    }
}
