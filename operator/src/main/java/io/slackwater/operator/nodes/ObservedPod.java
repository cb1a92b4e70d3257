package io.slackwater.operator.nodes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.slackwater.operator.coordination.Wish;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a node pod as the API shows it.
 *
 * @param host its address, empty until it has one
 * @param ready whether its Ready condition is true
 * @param terminating whether somebody has asked it to go
 * @param failed whether it has ended for good: evicted, refused by its machine
 * @param gone whether it is certain that its process does not run
 * @param started whether its process ever ran
 * @param instance changes with each start of its process
 * @param restarts how often its process was started again
 * @param readySince when its Ready condition last changed, or its process was started since; the beginning of time when neither is known
 * @param labelledServing whether it carries {@link Naming#SERVING}
 * @param tlsName what its certificate is checked against; empty without TLS
 * @param auth whether it asks for passwords
 * @param revision see {@link Revision}; empty on pods that an operator made which knew of none
 * @param trouble why it does not run, one sentence; empty when there is nothing to say
 */
public record ObservedPod(
        String uid,
        String name,
        String host,
        boolean ready,
        boolean terminating,
        boolean failed,
        boolean gone,
        boolean started,
        String instance,
        int restarts,
        Instant createdAt,
        Instant readySince,
        boolean labelledServing,
        String tlsName,
        boolean auth,
        String revision,
        String trouble) {

    /** Reads the pod of a node. Whatever is missing counts as not there yet. */
    public static ObservedPod of(Pod pod) {
        return of(pod, NodePod.CONTAINER);
    }

    /** Reads a pod by the container of this name. Whatever is missing counts as not there yet. */
    public static ObservedPod of(Pod pod, String mainContainer) {
        PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        Optional<ContainerStatus> server = status.getContainerStatuses().stream()
                .filter(container -> mainContainer.equals(container.getName()))
                .findFirst();
        boolean failed = "Failed".equals(status.getPhase()) || "Succeeded".equals(status.getPhase());
        boolean running = server.map(s -> s.getState() != null && s.getState().getRunning() != null)
                .orElse(false);
        boolean ended =
                server.map(s -> ended(s.getState()) || ended(s.getLastState())).orElse(false);
        int restarts = server.map(ContainerStatus::getRestartCount).orElse(0);
        return new ObservedPod(
                pod.getMetadata().getUid(),
                pod.getMetadata().getName(),
                status.getPodIP() == null ? "" : status.getPodIP(),
                condition(status, "Ready"),
                pod.getMetadata().getDeletionTimestamp() != null,
                failed,
                failed || !running && ended,
                running || ended || failed && server.isPresent(),
                server.map(s -> s.getContainerID() + "/" + s.getRestartCount()).orElse(""),
                restarts,
                instant(pod.getMetadata().getCreationTimestamp()),
                readySince(status, server),
                label(pod, Naming.SERVING).equals("true"),
                annotation(pod, Naming.TLS_NAME),
                annotation(pod, Naming.AUTH).equals("true"),
                label(pod, Naming.REVISION),
                trouble(pod.getMetadata().getName(), status, server, failed));
    }

    /** The same pod after its object has disappeared. */
    public ObservedPod deleted() {
        return new ObservedPod(
                uid,
                name,
                host,
                false,
                true,
                failed,
                true,
                started,
                instance,
                restarts,
                createdAt,
                readySince,
                false,
                tlsName,
                auth,
                revision,
                "");
    }

    /** Whether it was made of another specification than this one. */
    public boolean outdated(String wanted) {
        return !revision.isEmpty() && !revision.equals(wanted);
    }

    /** As the coordinator wants to know it. */
    public Wish.Pod toWish() {
        return new Wish.Pod(uid, name, host, Naming.PORT, tlsName, ready && !gone, terminating, gone, instance);
    }

    /** How it is spoken to. */
    NodeSecurity security() {
        return new NodeSecurity(!tlsName.isEmpty(), auth);
    }

    private static Instant instant(@Nullable String text) {
        return text == null ? Instant.EPOCH : Instant.parse(text);
    }

    private static Instant readySince(PodStatus status, Optional<ContainerStatus> server) {
        Instant changed = status.getConditions().stream()
                .filter(condition -> "Ready".equals(condition.getType()))
                .findFirst()
                .map(condition -> instant(condition.getLastTransitionTime()))
                .orElse(Instant.EPOCH);
        Instant started = server.map(ContainerStatus::getState)
                .map(ContainerState::getRunning)
                .map(running -> instant(running.getStartedAt()))
                .orElse(Instant.EPOCH);
        return started.isAfter(changed) ? started : changed;
    }

    private static String label(Pod pod, String name) {
        return pod.getMetadata().getLabels() == null
                ? ""
                : pod.getMetadata().getLabels().getOrDefault(name, "");
    }

    private static String annotation(Pod pod, String name) {
        return pod.getMetadata().getAnnotations() == null
                ? ""
                : pod.getMetadata().getAnnotations().getOrDefault(name, "");
    }

    /** Whether it is to be counted on. */
    public boolean usable() {
        return !terminating && !failed;
    }

    private static boolean ended(ContainerState state) {
        return state != null && state.getTerminated() != null;
    }

    private static boolean condition(PodStatus status, String type) {
        return status.getConditions().stream()
                .anyMatch(condition -> type.equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private static String trouble(String name, PodStatus status, Optional<ContainerStatus> server, boolean failed) {
        if (failed) {
            return name + " has ended (" + firstOf(status.getReason(), status.getMessage(), status.getPhase()) + ")";
        }
        var waiting = server.map(ContainerStatus::getState).map(ContainerState::getWaiting);
        List<String> usual = List.of("ContainerCreating", "PodInitializing");
        if (waiting.isPresent() && !usual.contains(String.valueOf(waiting.get().getReason()))) {
            return name + " does not run: "
                    + firstOf(waiting.get().getReason(), "waiting", "")
                    + (waiting.get().getMessage() == null
                            ? ""
                            : " (" + waiting.get().getMessage() + ")");
        }
        return status.getConditions().stream()
                .filter(condition -> "PodScheduled".equals(condition.getType())
                        && "False".equals(condition.getStatus())
                        && "Unschedulable".equals(condition.getReason()))
                .findFirst()
                .map(condition -> name + " finds no machine: " + firstOf(condition.getMessage(), "no reason given", ""))
                .orElse("");
    }

    private static String firstOf(String a, String b, String c) {
        return a != null && !a.isBlank() ? a : b != null && !b.isBlank() ? b : c;
    }
}
