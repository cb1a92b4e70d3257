package io.slackwater.operator.nodes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.slackwater.crds.NodesSpec;
import io.slackwater.crds.PubSubCluster;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pod of a pub/sub node. */
public final class NodePod {
    /** Name of the container of the server. */
    public static final String CONTAINER = "redis";

    /** Any but root will do: nothing is read or written on a file system. */
    private static final long USER = 65_532;

    /** Left of the grace period for the server to end after the preStop hook. */
    private static final int SECONDS_TO_END = 10;

    private NodePod() {}

    /** A pod of this name with the cluster's present specification. */
    public static Pod of(PubSubCluster cluster, String name) {
        String clusterName = cluster.getMetadata().getName();
        NodesSpec nodes = cluster.getSpec().nodes();
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(clusterName));
        labels.putAll(Naming.nodeLabels(clusterName));
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(cluster.getMetadata().getNamespace())
                .withLabels(labels)
                .addToAnnotations("cluster-autoscaler.kubernetes.io/safe-to-evict", "true")
                .withOwnerReferences(Naming.owner(cluster))
                .endMetadata()
                .withNewSpec()
                .withContainers(container(clusterName, nodes))
                .withRestartPolicy("Always")
                .withTerminationGracePeriodSeconds((long) nodes.terminationGracePeriodSeconds())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTopologySpreadConstraints(
                        spread("topology.kubernetes.io/zone", clusterName),
                        spread("kubernetes.io/hostname", clusterName))
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .endSpec()
                .build();
    }

    private static Container container(String cluster, NodesSpec nodes) {
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(nodes.image())
                .withImagePullPolicy(nodes.imagePullPolicy())
                .withCommand("redis-server")
                .withArgs(Directives.arguments(nodes.config()))
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
                .withCommand(preStop(cluster, nodes.terminationGracePeriodSeconds()))
                .endExec()
                .endPreStop()
                .endLifecycle()
                .withSecurityContext(new SecurityContextBuilder()
                        .withAllowPrivilegeEscalation(false)
                        .withReadOnlyRootFilesystem(true)
                        .withNewCapabilities()
                        .withDrop("ALL")
                        .endCapabilities()
                        .build())
                .build();
    }

    /**
     * A blocking read that the operator answers once the node is empty. It needs no rights and no further container; if nobody
     * answers, it ends in time for the server to end in good order.
     */
    private static List<String> preStop(String cluster, int graceSeconds) {
        return List.of(
                "redis-cli",
                "-h",
                "127.0.0.1",
                "BLPOP",
                Naming.preStopKey(cluster),
                String.valueOf(graceSeconds - SECONDS_TO_END));
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

    private static TopologySpreadConstraint spread(String topology, String cluster) {
        return new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey(topology)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(Naming.nodeLabels(cluster))
                .endLabelSelector()
                .build();
    }
}
