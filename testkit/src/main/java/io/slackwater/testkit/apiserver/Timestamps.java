package io.slackwater.testkit.apiserver;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as Kubernetes writes them: UTC, whole seconds. */
final class Timestamps {
    private Timestamps() {}

    static String format(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
