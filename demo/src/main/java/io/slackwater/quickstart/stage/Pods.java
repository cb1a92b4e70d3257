package io.slackwater.quickstart.stage;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pods that the quickstart makes itself. */
final class Pods {
    static final String OPERATOR = "slackwater-operator";
    static final String GATEWAY = "slackwater-gateway";
    static final String NAIVE_GATEWAY = "slackwater-naive-gateway";
    static final String PUBLISHER = "slackwater-publisher";
    static final int REDIS_PORT = 6379;

    private Pods() {}

    static Pod of(
            String name,
            String image,
            List<String> arguments,
            Map<String, String> environment,
            @Nullable Probe readiness) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(Machine.NAMESPACE)
                .withLabels(Map.of("app.kubernetes.io/name", image))
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(10L)
                .withContainers(new ContainerBuilder()
                        .withName("main")
                        .withImage(image)
                        .withArgs(arguments)
                        .withEnv(environment.entrySet().stream()
                                .map(variable -> new EnvVarBuilder()
                                        .withName(variable.getKey())
                                        .withValue(variable.getValue())
                                        .build())
                                .toList())
                        .withReadinessProbe(readiness)
                        .build())
                .endSpec()
                .build();
    }

    /** A Redis server without an operator. */
    static Pod redis(String name) {
        return new PodBuilder(of(name, "redis:8", List.of(), Map.of(), tcp(REDIS_PORT)))
                .editSpec()
                .editFirstContainer()
                .withCommand("redis-server")
                .addNewPort()
                .withContainerPort(REDIS_PORT)
                .endPort()
                .endContainer()
                .endSpec()
                .build();
    }

    static Probe tcp(int port) {
        return new ProbeBuilder()
                .withNewTcpSocket()
                .withNewPort(port)
                .endTcpSocket()
                .withPeriodSeconds(1)
                .build();
    }

    static Probe http(String path, int port) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort(port)
                .endHttpGet()
                .withPeriodSeconds(1)
                .build();
    }

    /** For a program that listens on all addresses, of which this machine has one set for all pods. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free", e);
        }
    }

    static boolean ready(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    static int restarts(Pod pod) {
        return pod.getStatus() == null
                ? 0
                : pod.getStatus().getContainerStatuses().stream()
                        .mapToInt(container -> container.getRestartCount() == null ? 0 : container.getRestartCount())
                        .sum();
    }
}
