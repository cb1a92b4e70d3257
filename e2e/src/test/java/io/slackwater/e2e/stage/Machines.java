package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;

/** The machines of the cluster, as far as Kubernetes has power over them. What it has not, {@link Rig} has. */
public final class Machines {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final long DRAIN_SECONDS = 170;

    private final KubernetesClient client;

    Machines(KubernetesClient client) {
        this.client = client;
    }

    /** The machine on which neither users nor gateways are: it can be taken away. The last by name; none when there is only one. */
    public String spare() {
        List<String> machines = names();
        return machines.size() < 2 ? "" : machines.getLast();
    }

    /** All, by name. */
    public List<String> names() {
        return client.nodes().list().getItems().stream()
                .map(Node::getMetadata)
                .map(meta -> Objects.requireNonNull(meta.getName()))
                .sorted()
                .toList();
    }

    /** Lets new pods come to this machine only, until it is closed. */
    public Temporary onlyOn(String machine) {
        List<String> others =
                names().stream().filter(name -> !name.equals(machine)).toList();
        others.forEach(name -> schedulable(name, false));
        return () -> others.forEach(name -> schedulable(name, true));
    }

    /** Lets no new pod come to this machine, until it is closed. */
    public Temporary notOn(String machine) {
        schedulable(machine, false);
        return () -> schedulable(machine, true);
    }

    private void schedulable(String machine, boolean is) {
        client.nodes()
                .withName(machine)
                .edit(node -> new NodeBuilder(node)
                        .editSpec()
                        .withUnschedulable(!is)
                        .endSpec()
                        .build());
    }

    /** Empties a machine as a person does before maintenance; returns when it is empty. */
    public void drain(String machine) {
        drain(machine, List.of());
    }

    /** The same for pods with this label only: somebody has to stay and count. */
    public void drain(String machine, String label) {
        drain(machine, List.of("--pod-selector=" + label));
    }

    private static void drain(String machine, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                "kubectl", "drain", machine, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=150s"));
        command.addAll(options);
        Program.run(DRAIN_SECONDS, command);
    }

    /** Lets pods come to it again. */
    public void uncordon(String machine) {
        Program.run(DRAIN_SECONDS, List.of("kubectl", "uncordon", machine));
    }

    /** Waits until Kubernetes says that the machine is ready, or that it is not. */
    public void awaitReady(String machine, boolean ready) {
        Awaitility.await(machine + (ready ? " ready" : " not ready"))
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> client.nodes().withName(machine).get().getStatus().getConditions().stream()
                                .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()))
                        == ready);
    }

    /** Waits until Kubernetes says that the machine is not ready, and returns since when it has said so, to the second. */
    public Instant awaitLost(String machine) {
        awaitReady(machine, false);
        return client.nodes().withName(machine).require().getStatus().getConditions().stream()
                .filter(c -> "Ready".equals(c.getType()))
                .map(c -> Instant.parse(c.getLastTransitionTime()))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until all are. */
    public void awaitReady() {
        names().forEach(machine -> awaitReady(machine, true));
    }
}
