package io.slackwater.operator;

import io.slackwater.operator.reconcile.Pace;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The command line. Every option can be given in the environment too. */
final class OperatorOptions {
    @Option(
            names = "--kubeconfig",
            defaultValue = "${env:SLACKWATER_KUBECONFIG}",
            description = "File that says how to reach the Kubernetes API; otherwise $KUBECONFIG, ~/.kube/config or the"
                    + " pod's service account. $SLACKWATER_KUBECONFIG")
    @Nullable
    String kubeconfig;

    @Option(
            names = "--namespaces",
            split = ",",
            defaultValue = "${env:SLACKWATER_NAMESPACES}",
            description = "Namespaces to look after, separated by commas; all if absent. $SLACKWATER_NAMESPACES")
    Set<String> namespaces = new TreeSet<>();

    @Option(
            names = "--lease-name",
            defaultValue = "${env:SLACKWATER_LEASE_NAME:-slackwater-operator}",
            description =
                    "Lease that the replicas of this operator compete for (${DEFAULT-VALUE}). $SLACKWATER_LEASE_NAME")
    String leaseName = "slackwater-operator";

    @Option(
            names = "--lease-namespace",
            defaultValue = "${env:SLACKWATER_LEASE_NAMESPACE}",
            description = "Where the Lease is; the operator's own namespace if absent. $SLACKWATER_LEASE_NAMESPACE")
    @Nullable
    String leaseNamespace;

    @Option(
            names = "--identity",
            defaultValue = "${env:SLACKWATER_IDENTITY}",
            description = "Unique among the replicas; host name and a random part if absent. $SLACKWATER_IDENTITY")
    @Nullable
    String identity;

    @Option(
            names = "--lease-duration",
            defaultValue = "${env:SLACKWATER_LEASE_DURATION:-PT15S}",
            description = "How long a leader that has fallen silent is waited for, ISO 8601 (${DEFAULT-VALUE})."
                    + " $SLACKWATER_LEASE_DURATION")
    Duration leaseDuration = Duration.ofSeconds(15);

    @Option(
            names = "--renew-deadline",
            defaultValue = "${env:SLACKWATER_RENEW_DEADLINE:-PT10S}",
            description = "How long a leader that cannot renew goes on (${DEFAULT-VALUE}). $SLACKWATER_RENEW_DEADLINE")
    Duration renewDeadline = Duration.ofSeconds(10);

    @Option(
            names = "--retry-period",
            defaultValue = "${env:SLACKWATER_RETRY_PERIOD:-PT2S}",
            description = "Between two attempts to get or renew the Lease (${DEFAULT-VALUE}). $SLACKWATER_RETRY_PERIOD")
    Duration retryPeriod = Duration.ofSeconds(2);

    @Option(
            names = "--port",
            defaultValue = "${env:SLACKWATER_PORT:-8080}",
            description = "For /healthz, /readyz and /metrics; 0 for any free one (${DEFAULT-VALUE}). $SLACKWATER_PORT")
    int port;

    @Option(
            names = "--busy-interval",
            defaultValue = "${env:SLACKWATER_BUSY_INTERVAL:-PT0.5S}",
            description = "How often to look at a cluster in which something is under way (${DEFAULT-VALUE})."
                    + " $SLACKWATER_BUSY_INTERVAL")
    Duration busyInterval = Pace.DEFAULT.busy();

    @Option(
            names = "--resync-interval",
            defaultValue = "${env:SLACKWATER_RESYNC_INTERVAL:-PT3S}",
            description = "How often to look at any other (${DEFAULT-VALUE}). $SLACKWATER_RESYNC_INTERVAL")
    Duration resyncInterval = Pace.DEFAULT.quiet();

    /**
     * What the options say.
     *
     * @param ownNamespace of the client, null when it has none
     */
    OperatorSettings settings(@Nullable String ownNamespace) {
        String namespace = leaseNamespace != null ? leaseNamespace : ownNamespace != null ? ownNamespace : "default";
        return new OperatorSettings(
                new TreeSet<>(
                        namespaces.stream().filter(name -> !name.isBlank()).toList()),
                namespace,
                leaseName,
                identity != null && !identity.isBlank() ? identity : ownIdentity(),
                leaseDuration,
                renewDeadline,
                retryPeriod,
                new Pace(busyInterval, resyncInterval, Pace.DEFAULT.metrics()));
    }

    private static String ownIdentity() {
        String host = System.getenv("HOSTNAME");
        return (host == null || host.isBlank() ? "operator" : host) + "-"
                + UUID.randomUUID().toString().substring(0, 8);
    }
}
