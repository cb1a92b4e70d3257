package io.slackwater.operator.nodes;

import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;

/** What all pods of the operator have in common: they keep the Pod Security Standard "restricted", and spread over zones and machines. */
public final class RestrictedPod {
    /** Annotation: an autoscaler of machines may evict the pod, although no ReplicaSet owns it. */
    public static final String SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict";

    /** Any but root will do: nothing is written on a file system. */
    private static final long USER = 65_532;

    /** Readable for the process and nobody else. */
    private static final int FILE_MODE = 0440;

    private RestrictedPod() {}

    /** For the pod. */
    public static PodSecurityContext security() {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    /** For each container. */
    public static SecurityContext containerSecurity() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    /** Over zones and machines, as far as there are any. */
    public static List<TopologySpreadConstraint> spread(Map<String, String> labels) {
        return List.of(spread("topology.kubernetes.io/zone", labels), spread("kubernetes.io/hostname", labels));
    }

    private static TopologySpreadConstraint spread(String topology, Map<String, String> labels) {
        return new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey(topology)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(labels)
                .endLabelSelector()
                .build();
    }

    /** A volume of a Secret. */
    public static Volume secret(String volume, String name) {
        return new VolumeBuilder()
                .withName(volume)
                .withNewSecret()
                .withSecretName(name)
                .withDefaultMode(FILE_MODE)
                .endSecret()
                .build();
    }

    /** To be read only. */
    public static VolumeMount mount(String volume, String folder) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(folder)
                .withReadOnly(true)
                .build();
    }
}
