package io.slackwater.testkit;

import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Looks at a container again and again on a thread of its own, and reports each change of the verdict. */
final class ProbeLoop implements AutoCloseable {
    /** Until the first success a container is looked at more often, so that nobody waits for a period. */
    private static final Duration EAGER = Duration.ofMillis(100);

    private final ProbeCheck check;
    private final Consumer<Boolean> verdict;
    private final Thread thread;

    /** @param verdict told true or false whenever the thresholds make the verdict change; starts undecided */
    ProbeLoop(ProbeCheck check, Consumer<Boolean> verdict) {
        this.check = check;
        this.verdict = verdict;
        this.thread = Thread.ofVirtual().name("probe").start(this::run);
    }

    private void run() {
        Probe probe = check.probe();
        Duration period = Duration.ofSeconds(orElse(probe.getPeriodSeconds(), 10));
        int neededFailures = orElse(probe.getFailureThreshold(), 3);
        int neededSuccesses = orElse(probe.getSuccessThreshold(), 1);
        int successes = 0;
        int failures = 0;
        boolean everPassed = false;
        Optional<Boolean> current = Optional.empty();
        long firstDue = System.nanoTime()
                + Duration.ofSeconds(orElse(probe.getInitialDelaySeconds(), 0)).toNanos();
        long failureDue = firstDue;
        try {
            Thread.sleep(Duration.ofNanos(Math.max(0, firstDue - System.nanoTime())));
            while (true) {
                if (check.passes()) {
                    successes++;
                    failures = 0;
                    everPassed = true;
                } else if (System.nanoTime() >= failureDue) {
                    // The eager looks before the first success do not count as failures more often than the period.
                    failures++;
                    successes = 0;
                    failureDue = System.nanoTime() + period.toNanos();
                }
                Optional<Boolean> now = successes >= neededSuccesses
                        ? Optional.of(true)
                        : failures >= neededFailures ? Optional.of(false) : current;
                if (now.isPresent() && !now.equals(current)) {
                    current = now;
                    verdict.accept(now.get());
                }
                Thread.sleep(everPassed || period.compareTo(EAGER) < 0 ? period : EAGER);
                if (everPassed) {
                    failureDue = System.nanoTime();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int orElse(@org.jspecify.annotations.Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
