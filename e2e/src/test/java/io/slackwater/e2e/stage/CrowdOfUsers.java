package io.slackwater.e2e.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.quickstart.traffic.Crowd;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Many users of one gateway tier, who come back when they are told to go. */
public final class CrowdOfUsers {
    private static final Duration BACK = Duration.ofSeconds(90);

    private final TrafficPod pod;

    CrowdOfUsers(TrafficPod pod) {
        this.pod = pod;
    }

    /** What they have seen so far. */
    public Crowd.Counts counts() {
        return pod.get("report", Crowd.Counts.class);
    }

    /** Waits until somebody's connection has ended without a word. */
    public void awaitCutOff() {
        Awaitility.await("users are cut off").atMost(BACK).until(() -> counts().cut() > 0);
    }

    /** Waits until all are there, and ends it. */
    public Crowd.Counts stop() {
        Awaitility.await("all users are back").atMost(BACK).until(() -> counts().subscribed() == counts().users());
        Crowd.Counts counts = counts();
        Log.line("crowd: " + counts);
        pod.delete();
        return counts;
    }

    /**
     * The same, and asserts what is promised when gateways go as planned: nobody was told more than once, nobody was cut off, nothing was lost
     * but what a client without a second connection misses while it is away.
     */
    public Crowd.Counts stopAndExpectToldOnce() {
        Crowd.Counts counts = stop();
        assertThat(counts.mostOftenTold()).as("%s", counts).isLessThanOrEqualTo(1);
        assertThat(counts.cut()).as("%s", counts).isZero();
        assertThat(counts.lost() + counts.repeated()).as("%s", counts).isZero();
        return counts;
    }
}
