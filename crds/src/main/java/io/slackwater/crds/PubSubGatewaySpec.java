package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import io.slackwater.crds.NodesSpec.SecretRef;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the user asks for.
 *
 * @param replicas gateways asked for, 1 to {@value #MAX_REPLICAS}
 * @param env further environment variables; never null
 * @param rebalance null when existing connections stay where they are
 * @param autoscaling null when somebody else says how many
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.imagePullPolicy in ['Always', 'IfNotPresent', 'Never']",
        message = "imagePullPolicy must be one of Always, IfNotPresent and Never.")
@ValidationRule(
        value = "self.env.all(k, k.size() <= 128 && k.matches('^[A-Za-z_][A-Za-z0-9_]*$'))",
        message = "env: write the names of environment variables with letters, digits and '_', for example"
                + " SLACKWATER_MAX_CONNECTIONS.")
@ValidationRule(
        value =
                "self.env.all(k, !(k in ['SLACKWATER_CLUSTER', 'SLACKWATER_SEEDS', 'SLACKWATER_MEMBER', 'SLACKWATER_BIND',"
                        + " 'SLACKWATER_PORT', 'SLACKWATER_MANAGEMENT_PORT', 'SLACKWATER_TLS_CA_FILE',"
                        + " 'SLACKWATER_PASSWORD_FILE', 'SLACKWATER_DRAIN_RATE', 'SLACKWATER_DRAIN_PATIENCE',"
                        + " 'SLACKWATER_DRAIN_SPREAD', 'SLACKWATER_DRAIN_TIMEOUT']))",
        message = "env: leave out what the operator sets: SLACKWATER_CLUSTER, _SEEDS, _MEMBER, _BIND, _PORT,"
                + " _MANAGEMENT_PORT, _TLS_CA_FILE, _PASSWORD_FILE and _DRAIN_*.")
@ValidationRule(
        value = "!has(self.autoscaling) || self.autoscaling.metrics.all(m, m.source in ['Prometheus', 'Connections'])",
        message = "autoscaling.metrics: source must be Prometheus or Connections.")
@ValidationRule(
        value = "!has(self.autoscaling) || self.autoscaling.metrics.all(m, m.source != 'Connections' || m.type =="
                + " 'AverageValue')",
        message = "autoscaling.metrics: Connections are of the whole tier: leave type out, and write in target how many"
                + " one gateway is to have.")
public record PubSubGatewaySpec(
        @JsonPropertyDescription("The PubSubCluster that the gateways are members of, in the same namespace.") @Required
        ClusterRef clusterRef,

        @JsonPropertyDescription(
                "Gateways asked for. One that goes is drained first: the one with the fewest connections.")
        @SpecReplicas
        @Default("3")
        @Min(1)
        @Max(MAX_REPLICAS)
        int replicas,

        @JsonPropertyDescription(
                "Image of the gateway: slackwater/gateway, or one that keeps the contract of docs/gateways.md. A change"
                        + " adds a whole new generation beside the old one.")
        @Required
        @Size(min = 1, max = 512)
        @Pattern("^[^\\s]+$")
        String image,

        @JsonPropertyDescription("When the image is pulled: Always, IfNotPresent or Never.")
        @Default("IfNotPresent")
        @Size(max = 16)
        String imagePullPolicy,

        @JsonPropertyDescription("CPU, memory and other resources of a gateway.") @Default("{}")
        NodesSpec.Resources resources,

        @JsonPropertyDescription(
                "Environment variables by name, for example SLACKWATER_MAX_CONNECTIONS: \"50000\". Those that the"
                        + " operator sets are refused.")
        @Default("{}")
        @Size(max = 64)
        Map<String, @Size(max = 4096) String> env,

        @JsonPropertyDescription(
                "A Secret whose entries become environment variables too, for example SLACKWATER_TOKENS. A change of its"
                        + " content reaches gateways that start later.")
        @Nullable
        SecretRef envSecretRef,

        @JsonPropertyDescription("How clients are let go before a gateway goes.") @Default("{}")
        Drain drain,

        @JsonPropertyDescription(
                "After a scale-out existing connections are moved to the new gateways, each client at most once; {} is enough."
                        + " Absent: they stay where they are.")
        @Nullable
        Rebalance rebalance,

        @JsonPropertyDescription(
                "How the operator finds the number of gateways by itself. With it, replicas is only the number to begin with.")
        @Nullable
        AutoscalingSpec autoscaling) {
    /** More are several tiers. */
    public static final int MAX_REPLICAS = 200;

    @SuppressWarnings("ConstantValue")
    public PubSubGatewaySpec {
        replicas = replicas == 0 ? 3 : replicas;
        imagePullPolicy = imagePullPolicy == null ? "IfNotPresent" : imagePullPolicy;
        resources = resources == null ? NodesSpec.Resources.NONE : resources;
        env = env == null ? Map.of() : Map.copyOf(env);
        drain = drain == null ? Drain.DEFAULT : drain;
    }

    /** A cluster in the namespace of the gateways. */
    public record ClusterRef(
            @JsonPropertyDescription("Its name.") @Required @Size(min = 1, max = 40)
            String name) {}

    /** How connections are moved to gateways that were added. */
    public record Rebalance(
            @JsonPropertyDescription(
                    "Connections are moved while the busiest gateway has more than this share of the mean of all, in per cent.")
            @Default("110")
            @Min(105)
            @Max(200)
            int maxOverMeanPercent,

            @JsonPropertyDescription(
                    "How many clients of the tier are told to go in a second for this. Fewer while gateways are slow to let"
                            + " clients in.")
            @Default("50")
            @Min(1)
            @Max(100_000)
            int disconnectsPerSecond) {
        public Rebalance {
            maxOverMeanPercent = maxOverMeanPercent == 0 ? 110 : maxOverMeanPercent;
            disconnectsPerSecond = disconnectsPerSecond == 0 ? 50 : disconnectsPerSecond;
        }
    }

    /** How clients are let go. Durations are written as in {@code 90s} or {@code 1h30m}. */
    public record Drain(
            @JsonPropertyDescription(
                    "How long a gateway that takes no new clients waits for connections that end by themselves.")
            @Default("0s")
            @Pattern(MigrationSpec.DURATION)
            @Size(max = 32)
            String patience,

            @JsonPropertyDescription(
                    "How many clients of the tier are told to go in a second. Fewer while the gateways that receive them"
                            + " are slow.")
            @Default("500")
            @Min(1)
            @Max(100_000)
            int disconnectsPerSecond,

            @JsonPropertyDescription(
                    "How long the drain of one gateway may take, patience not included. Then it goes with whoever is left.")
            @Default("10m")
            @Pattern(MigrationSpec.DURATION)
            @Size(max = 32)
            String timeout,

            @JsonPropertyDescription("Clients are told to wait up to this long before they connect again.")
            @Default("30s")
            @Pattern(MigrationSpec.DURATION)
            @Size(max = 32)
            String reconnectSpread) {
        /** The values that the API server fills in. */
        public static final Drain DEFAULT = new Drain("0s", 500, "10m", "30s");

        @SuppressWarnings("ConstantValue")
        public Drain {
            patience = patience == null ? "0s" : patience;
            disconnectsPerSecond = disconnectsPerSecond == 0 ? 500 : disconnectsPerSecond;
            timeout = timeout == null ? "10m" : timeout;
            reconnectSpread = reconnectSpread == null ? "30s" : reconnectSpread;
        }
    }
}
