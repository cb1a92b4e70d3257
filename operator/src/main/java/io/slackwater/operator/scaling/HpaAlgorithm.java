package io.slackwater.operator.scaling;

import java.util.ArrayList;
import java.util.List;

/**
 * The replicas that Kubernetes' HorizontalPodAutoscaler (autoscaling/v2) would propose, without its {@link Behavior}. The rules, from its
 * documentation ("Algorithm details") and {@code pkg/controller/podautoscaler}:
 *
 * <ul>
 *   <li>{@code ceil(replicas × value / target)}, unless the ratio is within the tolerance of 1: then nothing changes;
 *   <li>of several metrics the largest proposal counts;
 *   <li>when a metric cannot be had, the others may scale up but not down; when none can, nothing changes.
 * </ul>
 */
public final class HpaAlgorithm {
    /** {@code --horizontal-pod-autoscaler-tolerance} when nothing is said. */
    public static final double TOLERANCE = 0.1;

    private HpaAlgorithm() {}

    /**
     * What is proposed.
     *
     * @param replicas what HPA would ask for, unbounded
     * @param needed how many nodes would have just their target, by the metric that wants most; NaN when no metric has a value
     * @param metric name of that metric; empty when none has a value
     * @param complete whether all metrics have a value
     * @param troubles what those that have none said, one clause each
     */
    public record Proposal(int replicas, double needed, String metric, boolean complete, List<String> troubles) {
        public Proposal {
            troubles = List.copyOf(troubles);
        }
    }

    /**
     * The proposal.
     *
     * @param readings may be empty, which is as if none had a value
     * @param replicas that there are, at least 1
     * @param reporting nodes that metrics of the kind {@code Value} are the mean of; for HPA itself the same as {@code replicas}
     * @param tolerance 0 or more; {@link #TOLERANCE} is usual
     */
    public static Proposal propose(List<Reading> readings, int replicas, int reporting, double tolerance) {
        int most = 0;
        double needed = Double.NaN;
        String metric = "";
        List<String> troubles = new ArrayList<>();
        for (Reading reading : readings) {
            double known = switch (reading.sample()) {
                case Sample.Value sample -> sample.value();
                case Sample.AtLeast sample -> sample.value();
                case Sample.Missing none -> Double.NaN;
                case Sample.NotANumber none -> Double.NaN;
                case Sample.Stale none -> Double.NaN;
                case Sample.Failed none -> Double.NaN;
            };
            if (!Double.isNaN(known)) {
                double nodes = reading.metric().needed(known, reporting);
                most = Math.max(most, proposal(nodes, replicas, tolerance));
                if (!(nodes <= needed)) {
                    needed = nodes;
                    metric = reading.metric().name();
                }
            }
            if (!(reading.sample() instanceof Sample.Value)) {
                troubles.add(reading.metric().name() + " " + reading.sample().sentence());
            }
        }
        boolean complete = !readings.isEmpty() && troubles.isEmpty();
        int proposed = metric.isEmpty() || !complete && most < replicas ? replicas : most;
        return new Proposal(proposed, needed, metric, complete, troubles);
    }

    private static int proposal(double nodes, int replicas, double tolerance) {
        double ratio = nodes / replicas;
        boolean near = 1 - tolerance <= ratio && ratio <= 1 + tolerance;
        return near ? replicas : (int) Math.ceil(nodes);
    }
}
