package io.slackwater.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.AutoscalingStatus.Input;
import io.slackwater.operator.scaling.Limit;
import io.slackwater.operator.scaling.Reading;
import io.slackwater.operator.scaling.ScalingDecision;
import io.slackwater.operator.scaling.TierKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what autoscaling has decided: pure functions. */
public final class AutoscalingReport {
    private static final int LONGEST_REASON = 1024;
    private static final int LONGEST_INPUT = 512;

    private AutoscalingReport() {}

    /** The status of a decision. */
    public static AutoscalingStatus of(TierKind kind, ScalingDecision decision, List<Reading> readings, Instant now) {
        return new AutoscalingStatus(
                decision.desired(),
                cut(decision.reason(), LONGEST_REASON),
                decision.limit().text(),
                readings.stream()
                        .map(reading -> new Input(
                                reading.metric().name(),
                                cut(reading.sample().sentence(), LONGEST_INPUT),
                                reading.metric().sentence(kind)))
                        .toList(),
                decision.dryRun(),
                now.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Adds the condition Autoscaling: false while a metric has no value. */
    static List<Condition> condition(@Nullable AutoscalingStatus status, Conditions into) {
        if (status == null) {
            return into.with("Autoscaling", false, "NotDecided", "nothing has been decided yet")
                    .toList();
        }
        boolean well = !status.limit().equals(Limit.METRICS.text());
        String reason = !well ? "MetricsLost" : status.dryRun() ? "DryRun" : "Deciding";
        return into.with("Autoscaling", well, reason, status.reason()).toList();
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
