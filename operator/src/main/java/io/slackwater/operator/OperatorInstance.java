package io.slackwater.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.RegisteredController;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.coordination.NodeVisits;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.kube.Events;
import io.slackwater.operator.kube.Finalizers;
import io.slackwater.operator.kube.GatewayAccess;
import io.slackwater.operator.kube.GatewayPods;
import io.slackwater.operator.kube.Machines;
import io.slackwater.operator.kube.NodePods;
import io.slackwater.operator.kube.NodesBudget;
import io.slackwater.operator.kube.NodesService;
import io.slackwater.operator.kube.StatusWriter;
import io.slackwater.operator.kube.TrafficRecords;
import io.slackwater.operator.reconcile.ClusterFigures;
import io.slackwater.operator.reconcile.CoordinatorFactory;
import io.slackwater.operator.reconcile.Farewell;
import io.slackwater.operator.reconcile.PubSubClusterReconciler;
import io.slackwater.operator.reconcile.Reporter;
import io.slackwater.operator.reconcile.SecurityFactory;
import io.slackwater.operator.reconcile.Sessions;
import io.slackwater.operator.reconcile.TierActions;
import io.slackwater.operator.reconcile.TierAutoscaling;
import io.slackwater.operator.reconcile.gateways.GatewayActions;
import io.slackwater.operator.reconcile.gateways.GatewayAutoscalings;
import io.slackwater.operator.reconcile.gateways.GatewayCalls;
import io.slackwater.operator.reconcile.gateways.GatewayFigures;
import io.slackwater.operator.reconcile.gateways.GatewayRebalances;
import io.slackwater.operator.reconcile.gateways.GatewayReporter;
import io.slackwater.operator.reconcile.gateways.GatewayScalers;
import io.slackwater.operator.reconcile.gateways.MemberSecurity;
import io.slackwater.operator.reconcile.gateways.PubSubGatewayReconciler;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica of the operator: competes for the Lease, and reconciles while it has it. Several may run in one process, as tests do.
 */
public final class OperatorInstance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorInstance.class);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final OperatorSettings settings;
    private final CoordinatorFactory coordinators;
    private final NodeVisits visits;
    private final IntUnaryOperator random;
    private final InstantSource clock;
    private final Leadership leadership;
    private volatile @Nullable Sessions sessions;
    private volatile @Nullable PubSubGatewayReconciler gateways;
    private volatile @Nullable Operator running;

    /**
     * Does not begin yet.
     *
     * @param client closed by the caller, after this
     * @param visits closed by the caller, after this
     * @param random for names of pods: a number from 0 up to its argument, which is left out
     */
    public OperatorInstance(
            KubernetesClient client,
            OperatorSettings settings,
            CoordinatorFactory coordinators,
            NodeVisits visits,
            IntUnaryOperator random,
            InstantSource clock) {
        this.client = client;
        this.settings = settings;
        this.coordinators = coordinators;
        this.visits = visits;
        this.random = random;
        this.clock = clock;
        this.leadership = new Leadership(client, settings, this::work);
    }

    /** Begins to compete for the Lease. Does not block. */
    public void start() {
        leadership.compete();
    }

    /** Whether this replica leads, as far as it knows. */
    public boolean leading() {
        return leadership.leading();
    }

    /** How each cluster stands, by {@code namespace/name}; empty while this replica does not lead. */
    public Map<String, ClusterFigures> figures() {
        Sessions now = sessions;
        return now == null ? Map.of() : now.figures();
    }

    /** How each gateway tier stands, by {@code namespace/name}; empty while this replica does not lead. */
    public Map<String, GatewayFigures> gatewayFigures() {
        PubSubGatewayReconciler now = gateways;
        return now == null ? Map.of() : now.figures();
    }

    /** Whether everything this replica watches is synchronised and has not stopped; true while it does not lead. Does not block. */
    public boolean informersHealthy() {
        Operator now = running;
        return now == null || now.getRuntimeInfo().allEventSourcesAreHealthy();
    }

    /** Leaves everything as it stands and gives the Lease back. */
    @Override
    public void close() {
        leadership.close();
    }

    private AutoCloseable work() {
        Sessions begun = new Sessions(
                client,
                coordinators,
                new SecurityFactory(new ClusterSecrets(client), visits, new SecureRandom(), clock),
                settings.pace(),
                clock);
        Farewell farewell = new Farewell(new Finalizers(client), new Events(client, settings.identity()));
        PubSubClusterReconciler reconciler = new PubSubClusterReconciler(
                begun,
                new NodesService(client),
                new NodesBudget(client),
                new TierActions(new NodePods(client, random), visits, clock),
                new Reporter(new StatusWriter(client), new Events(client, settings.identity())),
                farewell,
                settings.pace(),
                clock);
        Operator operator = new Operator(overrider -> overrider
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withUseSSAToPatchPrimaryResource(false)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(5)));
        operator.register(reconciler, this::configure);
        GatewayCalls calls = new GatewayCalls();
        GatewayAutoscalings autoscalings = new GatewayAutoscalings(
                () -> TierAutoscaling.begin(
                        new ClusterSecrets(client),
                        TrafficRecords.ofGatewayNeeds(client),
                        settings.pace().metrics(),
                        clock),
                new Events(client, settings.identity()));
        PubSubGatewayReconciler tiers = gateways(calls, autoscalings);
        if (gatewaysDefined()) {
            operator.register(tiers, this::configure);
        }
        long before = System.nanoTime();
        try {
            operator.start();
        } catch (RuntimeException | Error e) {
            begun.end();
            abandon(operator);
            autoscalings.close();
            calls.close();
            farewell.close();
            begun.close();
            throw e;
        }
        LOG.info("caches filled in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before));
        sessions = begun;
        gateways = tiers;
        running = operator;
        return () -> {
            sessions = null;
            gateways = null;
            running = null;
            begun.end();
            operator.stop();
            autoscalings.close();
            calls.close();
            farewell.close();
            begun.close();
        };
    }

    /**
     * Ends one whose start has failed. Its own stop ends threads only: what is watched already would be watched for ever, for nobody, and again with each
     * further attempt.
     */
    private static void abandon(Operator operator) {
        for (RegisteredController<?> registered : operator.getRegisteredControllers()) {
            if (registered instanceof Controller<?> controller) {
                controller.getEventProcessor().stop();
                controller.getEventSourceManager().allEventSources().forEach(OperatorInstance::abandon);
            }
        }
        operator.stop();
    }

    private static void abandon(EventSource<?, ?> source) {
        try {
            source.stop();
        } catch (RuntimeException e) {
            LOG.debug("{} had not begun", source.name(), e);
        }
    }

    /** An operator that is newer than the definitions in its cluster looks after what is defined there. */
    private boolean gatewaysDefined() {
        var all = client.resources(PubSubGateway.class);
        ListOptions one = new ListOptionsBuilder().withLimit(1L).build();
        try {
            if (settings.namespaces().isEmpty()) {
                all.inAnyNamespace().list(one);
            } else {
                all.inNamespace(settings.namespaces().iterator().next()).list(one);
            }
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            LOG.warn(
                    "PubSubGateway is not defined in this Kubernetes cluster: apply the definitions of this version and"
                            + " start the operator anew, gateways are not looked after until then");
            return false;
        }
    }

    private PubSubGatewayReconciler gateways(GatewayCalls calls, GatewayAutoscalings autoscalings) {
        return new PubSubGatewayReconciler(
                new MemberSecurity(new ClusterSecrets(client)),
                new GatewayAccess(client),
                new GatewayActions(
                        new GatewayPods(client, random),
                        new Machines(client),
                        calls,
                        new Events(client, settings.identity()),
                        clock),
                new GatewayReporter(new StatusWriter(client)),
                new GatewayScalers(new Events(client, settings.identity())),
                autoscalings,
                new GatewayRebalances(calls, new Events(client, settings.identity())),
                settings.pace(),
                clock);
    }

    private <R extends HasMetadata> void configure(ControllerConfigurationOverrider<R> overrider) {
        // An error ends the regular looks, so trying again must never end.
        overrider.withRetry(new GenericRetry()
                .setInitialInterval(500)
                .setIntervalMultiplier(2)
                .setMaxInterval(LONGEST_RETRY.toMillis())
                .withoutMaxAttempts());
        overrider.withReconciliationMaxInterval(LONGEST_SILENCE);
        if (settings.namespaces().isEmpty()) {
            overrider.watchingAllNamespaces();
        } else {
            overrider.settingNamespaces(settings.namespaces());
        }
    }
}
