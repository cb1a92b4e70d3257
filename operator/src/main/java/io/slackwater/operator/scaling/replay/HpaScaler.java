package io.slackwater.operator.scaling.replay;

import io.slackwater.operator.scaling.Behavior;
import io.slackwater.operator.scaling.BehaviorLimits;
import io.slackwater.operator.scaling.HpaAlgorithm;
import io.slackwater.operator.scaling.HpaAlgorithm.Proposal;
import io.slackwater.operator.scaling.Metric;
import io.slackwater.operator.scaling.Past;
import io.slackwater.operator.scaling.Reading;
import io.slackwater.operator.scaling.Sample;
import java.time.Instant;
import java.util.List;

/** Kubernetes' HorizontalPodAutoscaler: its algorithm and its {@code behavior}, and nothing else. */
final class HpaScaler implements Scaler {
    private final String name;
    private final Model model;
    private final Metric metric;
    private Past past;

    /** @param headroomPercent by how much its target is lower than that of the model */
    HpaScaler(String name, Model model, int headroomPercent, Instant begin, int size) {
        this.name = name;
        this.model = model;
        this.metric = new Metric("load", model.target() * 100 / (100 + headroomPercent), Metric.Kind.AverageValue);
        this.past = Past.begin(begin, size);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int goal(Instant now, Sample seen, SimulatedTier tier, double utilizationPercent) {
        int current = tier.goal();
        Behavior behavior = model.settings().behavior();
        Proposal proposal = HpaAlgorithm.propose(
                List.of(new Reading(metric, seen)),
                current,
                current,
                model.settings().tolerance());
        past = past.look(now, current, proposal.needed()).propose(now, proposal.replicas());
        int limited = BehaviorLimits.limit(behavior, past, current, proposal.replicas(), now)
                .replicas();
        return Math.clamp(limited, model.settings().min(), model.settings().max());
    }
}
