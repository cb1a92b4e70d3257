package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** The operator, installed with the chart by {@code helm}: two replicas in a namespace of their own. */
public final class Installation {
    public static final String NAMESPACE = "slackwater-system";
    private static final String RELEASE = "slackwater";
    private static final String CHART = "../helm/slackwater";
    private static final Duration START = Duration.ofSeconds(120);
    private static final long HELM_SECONDS = 180;
    private static final Duration DEATH = Duration.ofMinutes(4);
    private static final Duration OFTEN = Duration.ofMillis(100);

    /** Lease of 15 s, a look every 2 s, and the time to read where things stand. */
    private static final Duration TAKEOVER = Duration.ofSeconds(25);

    private final KubernetesClient client;
    private final SuiteSettings settings;
    private final List<String> closed;

    /** @param closed namespaces in which nodes are reached by members and the operator only */
    Installation(KubernetesClient client, SuiteSettings settings, List<String> closed) {
        this.client = client;
        this.settings = settings;
        this.closed = List.copyOf(closed);
    }

    /** Installs it, or brings it back to what it should be; returns when both replicas are ready and one leads. */
    public void ensure() {
        upgrade(RELEASE);
        awaitReady();
    }

    /** {@code helm upgrade --install} with these values besides the suite's own; returns when the new pods are ready. */
    public void upgrade(String release, String... values) {
        String image = settings.operatorImage();
        int colon = image.lastIndexOf(':');
        List<String> command = new ArrayList<>(List.of(
                "helm",
                "upgrade",
                release,
                CHART,
                "--install",
                "--wait",
                "--namespace=" + NAMESPACE,
                "--create-namespace",
                "--set=image.repository=" + image.substring(0, colon),
                "--set=image.tag=" + image.substring(colon + 1),
                // Many pods share few processors here.
                "--set=resources.requests.cpu=20m",
                "--set=networkPolicy.nodes.namespaces={" + String.join(",", closed) + "}"));
        for (String value : values) {
            command.add("--set=" + value);
        }
        Program.run(HELM_SECONDS, command);
    }

    public void awaitReady() {
        Awaitility.await("operator ready, one replica leading")
                .atMost(START)
                .ignoreExceptions()
                .until(() -> client.apps()
                                .deployments()
                                .inNamespace(NAMESPACE)
                                .withName(deployment(RELEASE))
                                .isReady()
                        && client.pods()
                                        .inNamespace(NAMESPACE)
                                        .withName(leader())
                                        .get()
                                != null);
    }

    /** Uninstalls it. The definitions stay. */
    public void uninstall() {
        Program.run(HELM_SECONDS, List.of("helm", "uninstall", RELEASE, "--namespace=" + NAMESPACE, "--wait"));
        Awaitility.await("operator gone").atMost(START).until(() -> pods().isEmpty());
    }

    /** No replica runs until it is closed; then it returns when all are there again. */
    public Temporary down() {
        int replicas = scale(0);
        Awaitility.await("no operator runs").atMost(START).until(() -> pods().isEmpty());
        return () -> {
            scale(replicas);
            awaitReady();
        };
    }

    private int scale(int replicas) {
        var deployment = client.apps().deployments().inNamespace(NAMESPACE).withName(deployment(RELEASE));
        int before = deployment.get().getSpec().getReplicas();
        deployment.scale(replicas);
        return before;
    }

    /** A second operator with a Lease of its own, until it is closed. Returns when it is ready, so that both lead. */
    public Temporary second() {
        upgrade("second", "crds.install=false", "replicas=1", "rbac.aggregate=false");
        return () -> {
            Program.run(HELM_SECONDS, List.of("helm", "uninstall", "second", "--namespace=" + NAMESPACE, "--wait"));
            Awaitility.await("second operator gone")
                    .atMost(START)
                    .until(() -> pods("second").isEmpty());
        };
    }

    /** Name of the pod that holds the Lease. */
    public String leader() {
        Lease lease = client.leases()
                .inNamespace(NAMESPACE)
                .withName(deployment(RELEASE))
                .get();
        String holder = lease == null ? null : lease.getSpec().getHolderIdentity();
        return pods().stream()
                .map(pod -> pod.getMetadata().getName())
                .filter(name -> holder != null && holder.startsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the Lease is held by " + holder + ", which is no pod"));
    }

    /** Ends a replica without a word: it can neither hand over the Lease nor finish what it does. */
    public void kill(String pod) {
        client.pods().inNamespace(NAMESPACE).withName(pod).withGracePeriod(0).delete();
    }

    /**
     * Here the operator may die: with {@code scripts/e2e --kill-operator} the replica that leads is killed, and another one takes over when the Lease
     * has run out. Nothing happens without. Does not wait.
     *
     * @param moment in a few words, for the log
     */
    public void mayDie(String moment) {
        if (settings.killOperator()) {
            String victim = Awaitility.await("somebody leads")
                    .atMost(START)
                    .ignoreExceptions()
                    .until(this::leader, Objects::nonNull);
            kill(victim);
            Log.line("operator " + victim + " killed: " + moment);
        }
    }

    /** The same, once, as soon as it is so. When it is closed that must have happened. */
    public Temporary mayDieWhen(String moment, BooleanSupplier so) {
        if (!settings.killOperator()) {
            return () -> {};
        }
        CompletableFuture<Void> death = CompletableFuture.runAsync(() -> {
            Awaitility.await(moment)
                    .atMost(DEATH)
                    .pollInterval(OFTEN)
                    .ignoreExceptions()
                    .until(so::getAsBoolean);
            mayDie(moment);
        });
        return death::join;
    }

    /** How much longer something takes for which an operator is needed, where {@link #mayDie} has killed one: until the Lease has run out and another one leads. */
    public Duration absence() {
        return settings.killOperator() ? TAKEOVER : Duration.ZERO;
    }

    public List<Pod> pods() {
        return pods(RELEASE);
    }

    private List<Pod> pods(String release) {
        return client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/name", "slackwater-operator")
                .withLabel("app.kubernetes.io/instance", release)
                .list()
                .getItems();
    }

    private static String deployment(String release) {
        return (release.contains("slackwater") ? release : release + "-slackwater") + "-operator";
    }
}
