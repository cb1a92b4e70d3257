package io.slackwater.quickstart.stage;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.slackwater.crds.MigrationStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.quickstart.stage.TierState.NodeState;
import io.slackwater.ring.Ring;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@code PubSubCluster} and its operator, used as with kubectl. Thread-safe. */
public final class SlackwaterTier implements PubSubTier, AutoCloseable {
    private static final long START_SECONDS = 180;
    private static final String NODES = "slackwater.io/role=node";

    private final Machine machine;
    private final Path home;
    private final Operators operators;
    private final PubSubCluster sample;
    private final RingWatch rings;

    /** @param home the project's top folder */
    @SuppressWarnings("this-escape")
    public SlackwaterTier(Machine machine, Path home) {
        this.machine = machine;
        this.home = home;
        operators = new Operators(machine);
        machine.kubernetes().define(open("deploy/crds/pubsubclusters.slackwater.io-v1.yml"));
        machine.kubernetes().define(open("deploy/crds/pubsubgateways.slackwater.io-v1.yml"));
        machine.kubernetes().define(open("deploy/crds/channelmigrations.slackwater.io-v1.yml"));
        sample = machine.client()
                .resources(PubSubCluster.class)
                .load(open("deploy/samples/without-security.yaml"))
                .item();
        rings = new RingWatch(machine.client(), Machine.NAMESPACE, name() + "-ring", this::ringSeen);
    }

    private void ringSeen(Ring ring) {
        operators.ringSeen(ring, rings::ring);
    }

    private InputStream open(String file) {
        try {
            return Files.newInputStream(home.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + home.resolve(file), e);
        }
    }

    /** Name of the cluster. */
    public String name() {
        return sample.getMetadata().getName();
    }

    /** The replicas of the operator. */
    public Operators operators() {
        return operators;
    }

    @Override
    public void start() {
        operators.start(0);
        machine.client().resource(sample).inNamespace(Machine.NAMESPACE).create();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        int wanted = sample.getSpec().replicas();
        while (rings.ring() == null || owners() < wanted) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the cluster has no ring of " + wanted + " nodes after " + START_SECONDS
                        + " s; its status says: " + message());
            }
            machine.fallen(List.of()).forEach(fallen -> {
                throw new IllegalStateException(fallen);
            });
            Machine.pause();
        }
    }

    /** Starts the replica that stands by. */
    public void startStandby() {
        operators.start(1);
    }

    /** Waits until that one can take over. */
    public void awaitStandby() {
        operators.awaitStandby();
    }

    private long owners() {
        Ring ring = rings.ring();
        return ring == null ? 0 : ring.table().owners().size();
    }

    @Override
    public void scale(int nodes) {
        rings.resetTimes();
        cluster()
                .scale(new ScaleBuilder()
                        .withNewMetadata()
                        .withName(name())
                        .withNamespace(Machine.NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(nodes)
                        .endSpec()
                        .build());
    }

    /** How many nodes were asked for last. */
    public int wanted() {
        return cluster().get().getSpec().replicas();
    }

    /** From the first handover since {@link #scale} to the last, in milliseconds. */
    public long movingMillis() {
        return rings.movingMillis();
    }

    private Resource<PubSubCluster> cluster() {
        return machine.client()
                .resources(PubSubCluster.class)
                .inNamespace(Machine.NAMESPACE)
                .withName(name());
    }

    private @Nullable PubSubClusterStatus status() {
        PubSubCluster now = cluster().get();
        return now == null ? null : now.getStatus();
    }

    private String message() {
        PubSubClusterStatus status = status();
        return status == null ? "nothing" : status.message();
    }

    private List<Pod> pods() {
        return machine.client()
                .pods()
                .inNamespace(Machine.NAMESPACE)
                .withLabelSelector(NODES)
                .list()
                .getItems();
    }

    @Override
    public boolean settled(int nodes) {
        Ring ring = rings.ring();
        if (ring == null || !ring.handovers().isEmpty() || owners() != nodes || pods().size() != nodes) {
            return false;
        }
        PubSubCluster now = cluster().get();
        PubSubClusterStatus status = now == null ? null : now.getStatus();
        return status != null
                && status.replicas() == nodes
                && status.observedGeneration() == now.getMetadata().getGeneration()
                && (status.migration() == null || status.migration().endedAt() != null);
    }

    @Override
    public TierState state() {
        Ring ring = rings.ring();
        PubSubClusterStatus status = status();
        List<NodeState> nodes = new ArrayList<>();
        for (Pod pod : pods()) {
            String name = pod.getMetadata().getName();
            nodes.add(new NodeState(name, stateOf(pod, status), slots(ring, name)));
        }
        nodes.sort(Comparator.comparing(NodeState::pod));
        MigrationStatus move = status == null ? null : status.migration();
        if (move == null || move.endedAt() != null) {
            return new TierState(nodes, "slots", -1, "");
        }
        return new TierState(
                nodes, "slots", move.slotsMoved() / (double) Math.max(1, move.slotsTotal()), progress(move));
    }

    private String progress(MigrationStatus move) {
        return move.reason() + " " + move.progress() + (move.eta() == null ? "" : ", ETA " + move.eta())
                + (move.current() == null ? "" : "  " + shorter(move.current()));
    }

    /** Node ids begin with the cluster's name and end in a run id: nobody wants to read either again and again. */
    private String shorter(String handover) {
        return handover.replace(name() + "-", "").replaceAll("/[0-9a-f]+", "");
    }

    private static String stateOf(Pod pod, @Nullable PubSubClusterStatus status) {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return "Terminating";
        }
        return status == null
                ? "Starting"
                : status.nodes().stream()
                        .filter(node -> node.pod().equals(pod.getMetadata().getName()))
                        .map(PubSubClusterStatus.NodeStatus::state)
                        .findFirst()
                        .orElse("Starting");
    }

    private static int slots(@Nullable Ring ring, String pod) {
        if (ring == null) {
            return 0;
        }
        return ring.nodes().stream()
                .filter(node -> node.id().startsWith(pod))
                .mapToInt(node -> ring.table().slotsOf(node.id()).size())
                .sum();
    }

    @Override
    public List<String> seeds() {
        Ring ring = rings.ring();
        return ring == null
                ? List.of()
                : ring.nodes().stream().map(node -> node.address().toString()).toList();
    }

    @Override
    public Books books() {
        PubSubClusterStatus status = status();
        MigrationStatus.Result result = status == null || status.migration() == null
                ? null
                : status.migration().result();
        if (result == null) {
            return new Books(false, false, "the books are not closed yet");
        }
        return new Books(
                true,
                result.verified(),
                result.verified()
                        ? "lost " + result.lost() + " of " + result.deliveries() + " deliveries, verified"
                        : "not verified: " + result.reason());
    }

    @Override
    public void close() {
        rings.close();
    }
}
