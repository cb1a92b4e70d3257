package io.slackwater.testkit;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.slackwater.testkit.ContainerSnapshot.State;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes a pod's status from what its containers do. Pure. */
final class PodReport {
    private PodReport() {}

    /**
     * @param previous the status reported before, whose transition times are kept where nothing changed
     * @param initialized whether the init containers are through
     */
    static PodStatus of(
            Pod pod,
            String podIp,
            Instant startTime,
            boolean initialized,
            List<ContainerSnapshot> containers,
            Optional<PodStatus> previous,
            Instant now) {
        String policy = Optional.ofNullable(pod.getSpec().getRestartPolicy()).orElse("Always");
        boolean ready =
                initialized && !containers.isEmpty() && containers.stream().allMatch(ContainerSnapshot::ready);
        Map<String, PodCondition> before = previous.map(status -> status.getConditions().stream()
                        .collect(Collectors.toMap(PodCondition::getType, Function.identity())))
                .orElse(Map.of());
        return new PodStatusBuilder()
                .withPhase(phase(policy, initialized, containers))
                .withHostIP(StandInKubelet.HOST_IP)
                .withPodIP(podIp)
                .withPodIPs(new PodIP(podIp))
                .withStartTime(time(startTime))
                .withQosClass("BestEffort")
                .withConditions(
                        condition("PodScheduled", true, before, now),
                        condition("Initialized", initialized, before, now),
                        condition("ContainersReady", ready, before, now),
                        condition("Ready", ready, before, now))
                .withContainerStatuses(
                        containers.stream().map(PodReport::status).toList())
                .build();
    }

    private static String phase(String policy, boolean initialized, List<ContainerSnapshot> containers) {
        boolean anyStarted =
                containers.stream().anyMatch(container -> !container.id().isEmpty());
        boolean allEnded = !containers.isEmpty()
                && containers.stream().allMatch(container -> container.state() instanceof State.Terminated);
        if (!initialized || !anyStarted) {
            return "Pending";
        }
        boolean allWell = containers.stream()
                .allMatch(container -> container.state() instanceof State.Terminated end && end.exitCode() == 0);
        return switch (policy) {
            case "Never" -> allEnded ? (allWell ? "Succeeded" : "Failed") : "Running";
            case "OnFailure" -> allWell ? "Succeeded" : "Running";
            default -> "Running";
        };
    }

    private static PodCondition condition(String type, boolean holds, Map<String, PodCondition> before, Instant now) {
        String status = holds ? "True" : "False";
        PodCondition old = before.get(type);
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(holds ? null : "ContainersNotReady")
                .withLastTransitionTime(
                        old != null && old.getStatus().equals(status) ? old.getLastTransitionTime() : time(now))
                .build();
    }

    private static ContainerStatus status(ContainerSnapshot container) {
        return new ContainerStatusBuilder()
                .withName(container.name())
                .withImage(container.image())
                .withImageID(container.image())
                .withContainerID(container.id().isEmpty() ? null : container.id())
                .withReady(container.ready())
                .withStarted(container.started())
                .withRestartCount(container.restarts())
                .withState(state(container.state()))
                .withLastState(container.last().map(PodReport::state).orElseGet(ContainerState::new))
                .build();
    }

    private static ContainerState state(State state) {
        return switch (state) {
            case State.Waiting waiting ->
                new ContainerStateBuilder()
                        .withNewWaiting()
                        .withReason(waiting.reason())
                        .withMessage(waiting.message())
                        .endWaiting()
                        .build();
            case State.Running running ->
                new ContainerStateBuilder()
                        .withNewRunning()
                        .withStartedAt(time(running.since()))
                        .endRunning()
                        .build();
            case State.Terminated end ->
                new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(end.exitCode())
                        .withReason(end.reason())
                        .withStartedAt(time(end.startedAt()))
                        .withFinishedAt(time(end.finishedAt()))
                        .withContainerID(end.id())
                        .endTerminated()
                        .build();
        };
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
