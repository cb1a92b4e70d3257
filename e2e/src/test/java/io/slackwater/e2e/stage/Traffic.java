package io.slackwater.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.e2e.traffic.TrafficReport;
import java.time.Duration;
import java.util.List;

/** The traffic of one scenario: a pod whose program publishes, listens and counts. */
public final class Traffic {
    private final TrafficPod pod;

    Traffic(TrafficPod pod) {
        this.pod = pod;
    }

    /** How it stands. */
    public TrafficReport report() {
        return pod.get("report", TrafficReport.class);
    }

    /** Ends it, and returns what came of all messages. */
    public TrafficReport stop() {
        TrafficReport report = pod.post("stop", TrafficReport.class);
        Log.line("traffic: " + report);
        pod.delete();
        return report;
    }

    /** Ends it and asserts what is promised for a planned change: nothing lost, duplicated, reordered, nobody cut off. */
    public TrafficReport stopAndExpectNothingLost() {
        TrafficReport report = stop();
        assertThat(report.deliveries()).as("deliveries: %s", report).isPositive();
        assertThat(List.of(
                        report.lost(),
                        report.duplicated(),
                        report.outOfOrder(),
                        report.disagreements(),
                        report.strange(),
                        report.unsure(),
                        report.unsent()))
                .as("lost, duplicated, out of order, disagreements, strange, unsure, unsent: %s", report)
                .containsOnly(0L);
        assertThat(report.cutOff()).as("users cut off").isEmpty();
        return report;
    }

    /** Ends it and asserts what is promised for a crash: some messages may be lost, only for so long, and all the rest holds. */
    public TrafficReport stopAndExpectWindow(Duration bound) {
        TrafficReport report = stop();
        expectWindow(report, bound);
        return report;
    }

    /** The same of traffic that has ended. */
    public static void expectWindow(TrafficReport report, Duration bound) {
        assertThat(report.deliveries()).as("deliveries: %s", report).isPositive();
        assertThat(List.of(report.duplicated(), report.outOfOrder(), report.disagreements(), report.strange()))
                .as("duplicated, out of order, disagreements, strange: %s", report)
                .containsOnly(0L);
        assertThat(report.windowMillis())
                .as("milliseconds in which messages were lost: %s", report)
                .isLessThanOrEqualTo(bound.toMillis());
        assertThat(report.cutOff()).as("users cut off").isEmpty();
    }
}
