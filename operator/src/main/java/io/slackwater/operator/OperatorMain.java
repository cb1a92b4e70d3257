package io.slackwater.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.operator.coordination.CoordinatorThreads;
import io.slackwater.operator.coordination.LettuceCoordinator;
import io.slackwater.operator.coordination.NodeVisits;
import io.slackwater.operator.reconcile.CoordinatorFactory;
import io.slackwater.operator.security.Certificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Starts the operator and ends it in good order at SIGTERM: coordination stops where it stands, the Lease is given back. */
@Command(
        name = "slackwater-operator",
        mixinStandardHelpOptions = true,
        version = "0.1.0",
        sortOptions = false,
        subcommands = ReplayCommand.class,
        description = "Runs pub/sub tiers on Kubernetes and moves their channels without losing a message.")
public final class OperatorMain implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

    @Mixin
    OperatorOptions options = new OperatorOptions();

    /** Runs until the process is asked to end. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new OperatorMain()).execute(args));
    }

    /** Coordinators over Lettuce that share these threads, which are closed later than they. */
    static CoordinatorFactory coordinators(CoordinatorThreads threads, Metrics metrics, Clock clock) {
        return (namespace, cluster, access, store) -> new LettuceCoordinator(
                threads,
                cluster,
                namespace + "/" + cluster,
                access,
                store,
                metrics.ofCoordinator(namespace, cluster),
                clock);
    }

    @Override
    public Integer call() throws InterruptedException {
        Clock clock = Clock.systemUTC();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("early").start(() -> loadEarly(clock));
        try (KubernetesClient client = ApiClients.open(config());
                CoordinatorThreads threads = CoordinatorThreads.perProcessor();
                NodeVisits visits = new NodeVisits()) {
            Metrics metrics = new Metrics();
            OperatorInstance operator = new OperatorInstance(
                    client,
                    options.settings(client.getNamespace()),
                    coordinators(threads, metrics, clock),
                    visits,
                    new SecureRandom()::nextInt,
                    clock);
            metrics.watch(operator);
            try (operator;
                    HealthServer health = new HealthServer(
                            options.port,
                            new Liveness(operator::informersHealthy)::probe,
                            () -> reachable(client),
                            metrics::scrape)) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> await(asked, ended), "shutdown"));
                operator.start();
                LOG.info("started: API {}, health and metrics on port {}", client.getMasterUrl(), health.port());
                asked.await();
                LOG.info("asked to end");
            }
        } finally {
            ended.countDown();
        }
        return 0;
    }

    /**
     * Uses once what the first look at a cluster needs, while the API is being connected to: to load it takes the JVM longer than to do
     * the work.
     */
    private static void loadEarly(Clock clock) {
        new CoordinatorThreads(1).close();
        new Certificates(new SecureRandom()).authority("none", clock.instant());
    }

    private Config config() {
        if (options.kubeconfig == null) {
            return Config.autoConfigure(null);
        }
        try {
            return Config.fromKubeconfig(Files.readString(Path.of(options.kubeconfig)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the kubeconfig " + options.kubeconfig, e);
        }
    }

    private static boolean reachable(KubernetesClient client) {
        try {
            return client.getKubernetesVersion() != null;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    /** Holds the end of the process back until all is in order. */
    private static void await(CountDownLatch asked, CountDownLatch ended) {
        asked.countDown();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
