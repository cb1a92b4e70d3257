package io.slackwater.operator.nodes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.slackwater.crds.NodesSpec;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.NodeUsers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pod of a pub/sub node. */
public final class NodePod {
    /** Name of the container of the server. */
    public static final String CONTAINER = "redis";

    /** Where the users are mounted. */
    static final String USERS_FOLDER = "/etc/slackwater/users";

    /** Where the certificate is mounted. */
    static final String TLS_FOLDER = "/etc/slackwater/tls";

    private static final String USERS_VOLUME = "users";
    private static final String TLS_VOLUME = "tls";

    /** Left of the grace period for the server to end after the preStop hook. */
    private static final int SECONDS_TO_END = 10;

    private NodePod() {}

    /** A pod of this name with the cluster's present specification. */
    public static Pod of(PubSubCluster cluster, String name, NodeSecurity security) {
        String clusterName = cluster.getMetadata().getName();
        NodesSpec nodes = cluster.getSpec().nodes();
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(clusterName));
        labels.putAll(Naming.nodeLabels(clusterName));
        labels.put(Naming.REVISION, Revision.of(nodes));
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(cluster.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations(cluster, security))
                .withOwnerReferences(Naming.owner(cluster))
                .endMetadata()
                .withNewSpec()
                .withContainers(container(clusterName, nodes, security))
                .withVolumes(volumes(clusterName, security))
                .withRestartPolicy("Always")
                .withTerminationGracePeriodSeconds((long) nodes.terminationGracePeriodSeconds())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTopologySpreadConstraints(RestrictedPod.spread(Naming.nodeLabels(clusterName)))
                .withSecurityContext(RestrictedPod.security())
                .endSpec()
                .build();
    }

    private static Map<String, String> annotations(PubSubCluster cluster, NodeSecurity security) {
        Map<String, String> annotations = new TreeMap<>();
        annotations.put(RestrictedPod.SAFE_TO_EVICT, "true");
        if (security.tls()) {
            annotations.put(
                    Naming.TLS_NAME,
                    Naming.tlsName(
                            cluster.getMetadata().getNamespace(),
                            cluster.getMetadata().getName()));
        }
        if (security.auth()) {
            annotations.put(Naming.AUTH, "true");
        }
        return annotations;
    }

    private static List<Volume> volumes(String cluster, NodeSecurity security) {
        List<Volume> volumes = new ArrayList<>();
        if (security.auth()) {
            volumes.add(RestrictedPod.secret(USERS_VOLUME, Naming.nodeSecret(cluster)));
        }
        if (security.tls()) {
            volumes.add(RestrictedPod.secret(TLS_VOLUME, Naming.nodeTlsSecret(cluster)));
        }
        return volumes;
    }

    private static List<VolumeMount> mounts(NodeSecurity security) {
        List<VolumeMount> mounts = new ArrayList<>();
        if (security.auth()) {
            mounts.add(RestrictedPod.mount(USERS_VOLUME, USERS_FOLDER));
        }
        if (security.tls()) {
            mounts.add(RestrictedPod.mount(TLS_VOLUME, TLS_FOLDER));
        }
        return mounts;
    }

    private static Container container(String cluster, NodesSpec nodes, NodeSecurity security) {
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(nodes.image())
                .withImagePullPolicy(nodes.imagePullPolicy())
                .withCommand("redis-server")
                .withArgs(Directives.arguments(nodes.config(), security))
                .withVolumeMounts(mounts(security))
                .addNewPort()
                .withName("redis")
                .withContainerPort(Naming.PORT)
                .endPort()
                .withNewResources()
                .withRequests(nodes.resources().requests())
                .withLimits(nodes.resources().limits())
                .endResources()
                .withReadinessProbe(probe(1, 3))
                .withLivenessProbe(probe(10, 3))
                .withNewLifecycle()
                .withNewPreStop()
                .withNewExec()
                .withCommand(preStop(cluster, nodes.terminationGracePeriodSeconds(), security))
                .endExec()
                .endPreStop()
                .endLifecycle()
                .withSecurityContext(RestrictedPod.containerSecurity())
                .build();
    }

    /**
     * A blocking read that the operator answers once the node is empty. It needs no rights and no further container; if nobody
     * answers, it ends in time for the server to end in good order. Its password, good for nothing else, comes from the mounted
     * file: that takes a shell, and keeps it out of command lines and of the pod's environment. Whose certificate the server shows
     * is no question within a pod.
     */
    private static List<String> preStop(String cluster, int graceSeconds, NodeSecurity security) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1"));
        if (security.tls()) {
            command.addAll(List.of("--tls", "--insecure"));
        }
        if (security.auth()) {
            command.addAll(List.of("--user", NodeUsers.HOOK));
        }
        command.addAll(
                List.of("BLPOP", new ClusterNames(cluster).prestop(), String.valueOf(graceSeconds - SECONDS_TO_END)));
        return security.auth()
                ? List.of(
                        "sh",
                        "-c",
                        "REDISCLI_AUTH=$(cat " + USERS_FOLDER + "/hook-password) exec " + String.join(" ", command))
                : command;
    }

    private static Probe probe(int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewTcpSocket()
                .withNewPort(Naming.PORT)
                .endTcpSocket()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(1)
                .withFailureThreshold(failures)
                .build();
    }
}
