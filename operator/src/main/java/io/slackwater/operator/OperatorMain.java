package io.slackwater.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.slackwater.operator.coordination.CoordinatorThreads;
import io.slackwater.operator.coordination.LettuceCoordinator;
import io.slackwater.operator.coordination.NodeVisits;
import io.slackwater.operator.reconcile.CoordinatorFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
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

    private final Clock clock;
    private final Supplier<KubernetesSerialization> serialization;

    @Mixin
    OperatorOptions options = new OperatorOptions();

    /** @param serialization for the client of the API; may block */
    OperatorMain(Clock clock, Supplier<KubernetesSerialization> serialization) {
        this.clock = clock;
        this.serialization = serialization;
    }

    /** Runs until the process is asked to end. */
    public static void main(String[] args) {
        Clock clock = Clock.systemUTC();
        System.exit(new CommandLine(new OperatorMain(clock, HeadStart.begin(clock)::serialization)).execute(args));
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
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (KubernetesClient client = ApiClients.open(config(), serialization.get());
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
