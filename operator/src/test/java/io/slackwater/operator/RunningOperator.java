package io.slackwater.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.slackwater.operator.coordination.CoordinatorThreads;
import io.slackwater.operator.coordination.NodeVisits;
import io.slackwater.operator.reconcile.Pace;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** An operator in this process, as {@link OperatorMain} puts it together. */
final class RunningOperator implements AutoCloseable {
    static final String LEASE = "slackwater-operator";

    private final KubernetesClient client;
    private final NodeVisits visits = new NodeVisits();
    private final CoordinatorThreads threads = new CoordinatorThreads(2);
    private final OperatorInstance operator;
    private final Metrics metrics = new Metrics();

    private RunningOperator(KubernetesClient client, OperatorSettings settings) {
        this.client = client;
        this.operator = new OperatorInstance(
                client,
                settings,
                OperatorMain.coordinators(threads, metrics, Clock.systemUTC()),
                visits,
                bound -> ThreadLocalRandom.current().nextInt(bound),
                Clock.systemUTC());
        metrics.watch(operator);
    }

    /** Starts one. The client is closed with it. */
    static RunningOperator start(KubernetesClient client, OperatorSettings settings) {
        RunningOperator running = new RunningOperator(client, settings);
        running.operator.start();
        return running;
    }

    /** Impatient, so that tests need not wait long. */
    static OperatorSettings quick(String identity, String lease) {
        return new OperatorSettings(
                Set.of("default"),
                "default",
                lease,
                identity,
                Duration.ofSeconds(4),
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                new Pace(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(1)));
    }

    /** As the options are when none is given. */
    static OperatorSettings standard(String identity) {
        return new OperatorSettings(
                Set.of("default"),
                "default",
                LEASE,
                identity,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                Pace.DEFAULT);
    }

    OperatorInstance instance() {
        return operator;
    }

    /** As it answers at {@code /metrics}. */
    String scrape() {
        return metrics.scrape();
    }

    @Override
    public void close() {
        operator.close();
        client.close();
        visits.close();
        threads.close();
    }
}
