package io.slackwater.operator.gateways;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewaySpec;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.NodeSecurity;
import io.slackwater.operator.nodes.RestrictedPod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pod of a gateway. It gets no account of the Kubernetes API. */
public final class GatewayPod {
    /** Where users connect. */
    public static final int PORT = 8080;

    /** Where the gateway is asked how it is, and told to drain. */
    public static final int MANAGEMENT_PORT = 8081;

    /** Until load balancers have heard that the pod goes. */
    private static final long PRESTOP_SECONDS = 5;

    /** Of the grace period, for preStop and the end of the process. */
    private static final Duration SPARE = Duration.ofSeconds(30);

    /**
     * How long one that has clients waits for an operator to say when they may go. An operator that has died is succeeded when its Lease has run out, after 15
     * s; and the drain of a machine may take both replicas with it.
     */
    static final Duration WAITS_FOR_ORDERS = Duration.ofSeconds(30);

    private static final String MEMBER_FOLDER = "/run/slackwater";

    private GatewayPod() {}

    /**
     * A pod of this name with the present specification.
     *
     * @param security of the cluster: what the Secret for its members has
     */
    public static Pod of(PubSubGateway gateway, String name, NodeSecurity security) {
        PubSubGatewaySpec spec = gateway.getSpec();
        String tier = gateway.getMetadata().getName();
        DrainSettings drain = GatewayWishes.drain(spec);
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(tier));
        labels.putAll(GatewayNaming.labels(tier));
        labels.put(Naming.CLUSTER, spec.clusterRef().name());
        labels.put(GatewayNaming.MEMBER, "true");
        labels.put(Naming.REVISION, GatewayRevision.of(spec));
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(gateway.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(Map.of(RestrictedPod.SAFE_TO_EVICT, "true"))
                .withOwnerReferences(Naming.owner(gateway))
                .endMetadata()
                .withNewSpec()
                .withContainers(container(spec, drain, security))
                .withVolumes(volumes(spec, security))
                .withRestartPolicy("Always")
                .withTerminationGracePeriodSeconds(
                        alone(drain).plus(drain.timeout()).plus(SPARE).toSeconds())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTopologySpreadConstraints(RestrictedPod.spread(GatewayNaming.labels(tier)))
                .withSecurityContext(RestrictedPod.security())
                .endSpec()
                .build();
    }

    private static Container container(PubSubGatewaySpec spec, DrainSettings drain, NodeSecurity security) {
        return new ContainerBuilder()
                .withName(GatewayNaming.CONTAINER)
                .withImage(spec.image())
                .withImagePullPolicy(spec.imagePullPolicy())
                .withEnv(env(spec, drain, security))
                .withEnvFrom(envFrom(spec))
                .addNewPort()
                .withName("stomp")
                .withContainerPort(PORT)
                .endPort()
                .addNewPort()
                .withName("management")
                .withContainerPort(MANAGEMENT_PORT)
                .endPort()
                // A JVM on a machine that is short of processors starts slowly; to end it for that would make it
                // slower.
                .withStartupProbe(probe("/healthz", 1, 180))
                .withLivenessProbe(probe("/healthz", 10, 3))
                .withReadinessProbe(probe("/readyz", 2, 3))
                .withNewLifecycle()
                .withNewPreStop()
                .withNewSleep(PRESTOP_SECONDS)
                .endPreStop()
                .endLifecycle()
                .withNewResources()
                .withRequests(spec.resources().requests())
                .withLimits(spec.resources().limits())
                .endResources()
                .withVolumeMounts(mounts(security))
                .withSecurityContext(RestrictedPod.containerSecurity())
                .build();
    }

    private static List<EnvVar> env(PubSubGatewaySpec spec, DrainSettings drain, NodeSecurity security) {
        String cluster = spec.clusterRef().name();
        Map<String, String> env = new TreeMap<>(spec.env());
        env.put("SLACKWATER_CLUSTER", cluster);
        env.put("SLACKWATER_SEEDS", Naming.nodesService(cluster) + ":" + Naming.PORT);
        env.put("SLACKWATER_BIND", "0.0.0.0");
        env.put("SLACKWATER_PORT", String.valueOf(PORT));
        env.put("SLACKWATER_MANAGEMENT_PORT", String.valueOf(MANAGEMENT_PORT));
        if (security.tls()) {
            env.put("SLACKWATER_TLS_CA_FILE", MEMBER_FOLDER + "/ca.crt");
        }
        if (security.auth()) {
            env.put("SLACKWATER_PASSWORD_FILE", MEMBER_FOLDER + "/password");
        }
        // What it does when it is asked to stop and no operator tells it how.
        env.put("SLACKWATER_DRAIN_RATE", String.valueOf(drain.disconnectsPerSecond()));
        env.put("SLACKWATER_DRAIN_PATIENCE", String.valueOf(alone(drain).toMillis()));
        env.put(
                "SLACKWATER_DRAIN_SPREAD",
                String.valueOf(drain.reconnectSpread().toMillis()));
        env.put(
                "SLACKWATER_DRAIN_TIMEOUT",
                String.valueOf(alone(drain).plus(drain.timeout()).toMillis()));
        List<EnvVar> variables = new ArrayList<>();
        env.forEach((name, value) -> variables.add(new EnvVar(name, value, null)));
        variables.add(new EnvVarBuilder()
                .withName("SLACKWATER_MEMBER")
                .withNewValueFrom()
                .withNewFieldRef(null, "metadata.name")
                .endValueFrom()
                .build());
        return variables;
    }

    /** Its patience when no operator tells it another one. */
    private static Duration alone(DrainSettings drain) {
        return drain.patience().compareTo(WAITS_FOR_ORDERS) > 0 ? drain.patience() : WAITS_FOR_ORDERS;
    }

    private static List<EnvFromSource> envFrom(PubSubGatewaySpec spec) {
        return spec.envSecretRef() == null
                ? List.of()
                : List.of(new EnvFromSourceBuilder()
                        .withNewSecretRef(spec.envSecretRef().name(), false)
                        .build());
    }

    private static List<Volume> volumes(PubSubGatewaySpec spec, NodeSecurity security) {
        List<Volume> volumes = new ArrayList<>();
        // For diagnosis with jcmd; nothing else is written.
        volumes.add(new VolumeBuilder()
                .withName("tmp")
                .withNewEmptyDir()
                .withSizeLimit(new Quantity("64Mi"))
                .endEmptyDir()
                .build());
        if (security.tls() || security.auth()) {
            volumes.add(RestrictedPod.secret(
                    "member", Naming.memberSecret(spec.clusterRef().name())));
        }
        return volumes;
    }

    private static List<VolumeMount> mounts(NodeSecurity security) {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(
                new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build());
        if (security.tls() || security.auth()) {
            mounts.add(RestrictedPod.mount("member", MEMBER_FOLDER));
        }
        return mounts;
    }

    private static Probe probe(String path, int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort("management")
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }
}
