package io.slackwater.operator.gateways;

import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.operator.nodes.ObservedPod;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a gateway pod. Each time is null as long as that step has not been taken.
 *
 * @param cordonedAt when it was taken out of the endpoints
 * @param leavingSince since when there is no way back
 * @param drainingSince since when its clients are being told to go
 * @param askedAt when somebody asked it to go, to the second; null as long as nobody has
 * @param goneBy when the kubelet will end it in any case; null as long as nobody has asked it to go
 * @param closedMachine the machine it is on, where that takes no new pods; empty otherwise, and when that is not known
 * @param report what it says; null when it does not answer
 */
public record ObservedGateway(
        ObservedPod pod,
        @Nullable Instant cordonedAt,
        @Nullable Instant leavingSince,
        @Nullable Instant drainingSince,
        @Nullable Instant askedAt,
        @Nullable Instant goneBy,
        String closedMachine,
        @Nullable GatewayReport report) {
    /**
     * Reads a pod. A time that cannot be read counts as long ago, so that a step which was taken stays taken.
     *
     * @param closed machines that take no new pods
     */
    public static ObservedGateway of(Pod pod, @Nullable GatewayReport report, Set<String> closed) {
        String machine = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
        Instant goneBy = time(pod.getMetadata().getDeletionTimestamp());
        Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        Map<String, String> annotations = pod.getMetadata().getAnnotations() == null
                ? Map.of()
                : pod.getMetadata().getAnnotations();
        return new ObservedGateway(
                ObservedPod.of(pod, GatewayNaming.CONTAINER),
                time(annotations.get(GatewayNaming.CORDONED_AT)),
                time(annotations.get(GatewayNaming.LEAVING_SINCE)),
                time(annotations.get(GatewayNaming.DRAINING_SINCE)),
                goneBy == null || grace == null ? goneBy : goneBy.minusSeconds(grace),
                goneBy,
                machine != null && closed.contains(machine) ? machine : "",
                report);
    }

    private static @Nullable Instant time(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    /** The name of the pod. */
    public String name() {
        return pod.name();
    }

    /** Whether it takes new connections: it is among those that the Service selects, and ready. */
    public boolean serves() {
        return admitted() && pod.ready() && !pod.terminating();
    }

    /** Whether the Service selects it. */
    boolean admitted() {
        return pod.labelledServing();
    }

    boolean cordoned() {
        return !admitted() && cordonedAt != null;
    }

    boolean leaving() {
        return leavingSince != null;
    }

    /** Whether somebody else than the operator wants it gone while it may have clients. */
    private boolean asked() {
        return pod.terminating() && !lifeless() && !leaving() && !empty();
    }

    /**
     * Whether this one is about to be asked to go as well, since the other one was: their machine takes no new pods, so it is being emptied, and
     * this one was there already.
     */
    boolean goesWith(ObservedGateway other) {
        return !closedMachine.isEmpty()
                && other.asked()
                && other.askedAt != null
                && closedMachine.equals(other.closedMachine)
                && pod.createdAt().isBefore(other.askedAt);
    }

    /** Whether no process of it runs that could have a connection. */
    boolean lifeless() {
        return !pod.started() || pod.gone();
    }

    /** Whether it is known that nobody is connected. */
    boolean empty() {
        return report != null && report.connections() == 0;
    }

    /** Connections; as many as can be when that is not known. */
    int connections() {
        return lifeless() ? 0 : report == null ? Integer.MAX_VALUE : report.connections();
    }
}
