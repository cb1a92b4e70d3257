package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.ClusterNames;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A PubSubCluster: asked for through the API as a user would, and watched through its status. */
public final class Tier {
    private static final Duration SOON = Duration.ofSeconds(150);
    private static final Duration OFTEN = Duration.ofMillis(300);

    /**
     * More patience with members than by default: a test machine that also runs the control plane is late now and then, and a member that
     * is fenced off for being late loses what this suite would count as lost. Small batches and a low rate make moves long enough to
     * interrupt. Nodes speak TLS and ask for passwords, as they do when nothing is said of it.
     */
    private static final String MANIFEST = """
            apiVersion: slackwater.io/v1alpha1
            kind: PubSubCluster
            metadata: {name: %s, namespace: %s}
            spec:
              replicas: %d
              nodes:
                image: %s
                terminationGracePeriodSeconds: %d
                resources:
                  requests: {cpu: 20m, memory: 32Mi}
                  limits: {memory: 96Mi}
              migration:
                limits: {ackTimeoutMillis: 5000, maxHoldMillis: 10000, slotsPerBatch: 128}
            """;

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    private Tier(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    static Tier of(KubernetesClient client, String namespace, String name) {
        return new Tier(client, namespace, name);
    }

    /**
     * Asks for it.
     *
     * @param grace seconds that a node may take to hand over its channels
     */
    static Tier create(KubernetesClient client, String namespace, String name, int replicas, String image, int grace) {
        String manifest = MANIFEST.formatted(name, namespace, replicas, image, grace);
        client.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                .create();
        return new Tier(client, namespace, name);
    }

    public String name() {
        return name;
    }

    public String namespace() {
        return namespace;
    }

    /** The object as it is now. */
    public PubSubCluster get() {
        PubSubCluster found = client.resources(PubSubCluster.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (found == null) {
            throw new IllegalStateException("there is no PubSubCluster " + namespace + "/" + name);
        }
        return found;
    }

    boolean exists() {
        return client.resources(PubSubCluster.class)
                        .inNamespace(namespace)
                        .withName(name)
                        .get()
                != null;
    }

    public PubSubClusterStatus status() {
        PubSubClusterStatus status = get().getStatus();
        if (status == null) {
            throw new IllegalStateException(name + " has no status yet");
        }
        return status;
    }

    /** Asks for this many nodes, as {@code kubectl scale} does. */
    public void scale(int replicas) {
        client.resources(PubSubCluster.class)
                .inNamespace(namespace)
                .withName(name)
                .scale(replicas);
    }

    /**
     * The same, and slowly: there is time to do something while slots move. Until {@link #hurry}. Of users that have just come the operator may not
     * know yet, so that the limit on subscriptions alone would not do: batches are small, too.
     */
    public void scaleSlowly(int replicas, int subscriptionsPerSecond) {
        limit(subscriptionsPerSecond, 16);
        scale(replicas);
    }

    /** Lets slots move as fast as they can. */
    public void hurry() {
        limit(100_000, 128);
    }

    private void limit(int subscriptionsPerSecond, int slotsPerBatch) {
        specify("{\"migration\":{\"limits\":{\"subscriptionsPerSecond\":%d,\"slotsPerBatch\":%d}}}"
                .formatted(subscriptionsPerSecond, slotsPerBatch));
    }

    /** Changes the specification, with a JSON merge patch of {@code spec}. */
    public void specify(String patch) {
        client.resources(PubSubCluster.class)
                .inNamespace(namespace)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + patch + "}");
    }

    /** The newest of its planned changes. */
    public ChannelMigration migration() {
        return client.resources(ChannelMigration.class).inNamespace(namespace).list().getItems().stream()
                .filter(migration -> migration.getSpec().cluster().equals(name))
                .max(Comparator.comparingLong(Tier::number))
                .orElseThrow(() -> new IllegalStateException(name + " has no ChannelMigration"));
    }

    private static long number(ChannelMigration migration) {
        String text = migration.getMetadata().getName();
        return Long.parseLong(text.substring(text.lastIndexOf('-') + 1));
    }

    /** Says a word to the newest of its planned changes, as a person does: approved, paused or cancelled. */
    public void tell(String word, boolean value) {
        client.resource(migration())
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"" + word + "\":" + value + "}}");
    }

    /** Waits until the newest of its planned changes is in this phase. */
    public ChannelMigration awaitMigration(String phase) {
        await(
                "the newest migration of " + name + " is " + phase,
                status -> migration().getStatus() != null
                        && migration().getStatus().phase().equals(phase));
        return migration();
    }

    /** Deletes it. */
    public void delete() {
        client.resources(PubSubCluster.class)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    /** Waits until this many nodes serve, evenly, and nothing is left to do for the specification of now. */
    public void awaitSettled(int nodes) {
        await(
                name + " settled with " + nodes + " nodes",
                status -> status.replicas() == nodes
                        && is(status, "Ready")
                        && is(status, "Balanced")
                        && status.observedGeneration() == get().getMetadata().getGeneration()
                        && pods().size() == nodes);
    }

    /** The same, and the pod is gone. */
    public void awaitSettledWithout(Pod victim, int nodes) {
        await(
                name + " settled with " + nodes + " nodes without "
                        + victim.getMetadata().getName(),
                status -> {
                    List<Pod> pods = pods();
                    return status.replicas() == nodes
                            && is(status, "Ready")
                            && is(status, "Balanced")
                            && pods.size() == nodes
                            && !uids(pods).contains(victim.getMetadata().getUid());
                });
    }

    /** Waits until this many nodes serve all slots and none of them is one of these pods, which may still be there. */
    public void awaitServing(int nodes, List<Pod> lost) {
        Set<String> gone = names(lost);
        await(
                nodes + " nodes serve without " + gone,
                status -> status.replicas() == nodes
                        && is(status, "Ready")
                        && status.nodes().stream().noneMatch(node -> node.slots() > 0 && gone.contains(node.pod())));
    }

    /** Waits until every slot is with a node that is none of these, and returns how many each has by its pod. */
    public Map<String, Integer> awaitFailover(List<Pod> lost) {
        Set<String> gone = names(lost);
        Map<String, Integer> owned = new TreeMap<>();
        await("others than " + gone + " own all slots", status -> {
            owned.clear();
            status.nodes().stream()
                    .filter(node -> node.slots() > 0)
                    .forEach(node -> owned.merge(node.pod(), node.slots(), Integer::sum));
            return Collections.disjoint(owned.keySet(), gone)
                    && owned.values().stream().mapToInt(Integer::intValue).sum() == Slots.COUNT;
        });
        return owned;
    }

    private static Set<String> names(List<Pod> pods) {
        return new HashSet<>(
                pods.stream().map(pod -> pod.getMetadata().getName()).toList());
    }

    /** Waits until the pod is gone. */
    public void awaitEnded(Pod pod) {
        Awaitility.await(pod.getMetadata().getName() + " ended")
                .atMost(SOON)
                .pollInterval(OFTEN)
                .until(() -> client.resource(pod).get() == null);
    }

    /** Waits until the server of the pod was started again after it ended for this reason. */
    public void awaitRestarted(Pod pod, String reason) {
        Awaitility.await(pod.getMetadata().getName() + " restarted after " + reason)
                .atMost(SOON)
                .pollInterval(OFTEN)
                .until(() -> {
                    Pod now = client.resource(pod).get();
                    return now != null
                            && now.getStatus().getContainerStatuses().stream()
                                    .anyMatch(container -> container.getState().getRunning() != null
                                            && container.getLastState().getTerminated() != null
                                            && reason.equals(container
                                                    .getLastState()
                                                    .getTerminated()
                                                    .getReason()));
                });
    }

    /** Makes the server of the pod write to more memory than its limit. Its answer cannot be awaited: it ends. */
    public void takeTooMuchMemory(Pod pod) {
        Server.of(client, pod)
                .tell("SETRANGE", new ClusterNames(name).prefix() + "too-much", String.valueOf(400_000_000), "x");
    }

    /** Deletes the object and leaves what it owns. */
    public void deleteWithOrphans() {
        client.resources(PubSubCluster.class)
                .inNamespace(namespace)
                .withName(name)
                .withPropagationPolicy(DeletionPropagation.ORPHAN)
                .delete();
        Awaitility.await(name + " deleted").atMost(SOON).pollInterval(OFTEN).until(() -> !exists());
    }

    /** Waits until neither the object nor its pods, Service and ring are there; the failure names what is left. */
    public void awaitGone(Duration within) {
        Awaitility.await(name + " and all that belongs to it gone")
                .atMost(within)
                .pollInterval(OFTEN)
                .until(this::left, List::isEmpty);
    }

    private List<String> left() {
        List<String> left = new ArrayList<>();
        if (exists()) {
            left.add("the object");
        }
        pods().forEach(pod -> left.add("pod " + pod.getMetadata().getName() + ", asked to go "
                + pod.getMetadata().getDeletionTimestamp()));
        if (client.services().inNamespace(namespace).withName(name + "-nodes").get() != null) {
            left.add("its Service");
        }
        if (client.configMaps().inNamespace(namespace).withName(name + "-ring").get() != null) {
            left.add("its ring");
        }
        return left;
    }

    /** Its pods on the machine. */
    public List<Pod> podsOn(String machine) {
        return pods().stream()
                .filter(pod -> machine.equals(pod.getSpec().getNodeName()))
                .toList();
    }

    private static Set<String> uids(List<Pod> pods) {
        return new HashSet<>(
                pods.stream().map(pod -> pod.getMetadata().getUid()).toList());
    }

    /** Waits until the status is so; the failure shows the last one. */
    public void await(String what, Predicate<PubSubClusterStatus> so) {
        await(SOON, what, so);
    }

    /** The same for what takes its time. */
    public void await(Duration within, String what, Predicate<PubSubClusterStatus> so) {
        String[] last = {"nothing"};
        try {
            Awaitility.await(what)
                    .atMost(within)
                    .pollInterval(OFTEN)
                    .pollInSameThread()
                    .ignoreExceptionsMatching(
                            e -> e instanceof KubernetesClientException || e instanceof IllegalStateException)
                    .until(() -> {
                        PubSubClusterStatus status = status();
                        last[0] = status.toString();
                        return so.test(status);
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + ": not within " + within.toSeconds() + " s; last seen: " + last[0], e);
        }
    }

    /** Whether slots are on their way. */
    public boolean migrating() {
        return is(status(), "Migrating");
    }

    /** Waits until at least this share of the slots has been moved and more are to come. */
    public void awaitMoving(int percent) {
        await(
                "a move " + percent + " % done",
                status -> status.migration() != null
                        && is(status, "Migrating")
                        && status.migration().slotsTotal() > 0
                        && status.migration().slotsMoved() * 100L
                                >= (long) percent * status.migration().slotsTotal());
    }

    /** Whether the condition is True. */
    public static boolean is(PubSubClusterStatus status, String condition) {
        return status.conditions() != null
                && status.conditions().stream()
                        .anyMatch(c -> condition.equals(c.getType()) && "True".equals(c.getStatus()));
    }

    /** The message of the condition. */
    public static String message(PubSubClusterStatus status, String condition) {
        return status.conditions().stream()
                .filter(c -> condition.equals(c.getType()))
                .map(Condition::getMessage)
                .findFirst()
                .orElse("");
    }

    /** Its pods, those that are going included. */
    public List<Pod> pods() {
        return client.pods()
                .inNamespace(namespace)
                .withLabels(Map.of("slackwater.io/cluster", name, "slackwater.io/role", "node"))
                .list()
                .getItems();
    }

    /** How often each container was started again, by pod and uid: equal before and after means that nothing was touched. */
    public Map<String, Integer> lives() {
        Map<String, Integer> lives = new TreeMap<>();
        for (Pod pod : pods()) {
            lives.put(
                    pod.getMetadata().getName() + " " + pod.getMetadata().getUid(),
                    pod.getStatus().getContainerStatuses().stream()
                            .mapToInt(container -> container.getRestartCount())
                            .sum());
        }
        return lives;
    }

    /** What was said about it, as {@code Reason: note}. */
    public List<String> events() {
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getRegarding() != null
                        && name.equals(event.getRegarding().getName()))
                .map(Tier::text)
                .toList();
    }

    /** Waits until an event with this reason is there. */
    public void awaitEvent(String reason) {
        Awaitility.await("event " + reason + " of " + name)
                .atMost(SOON)
                .pollInterval(OFTEN)
                .until(() -> events().stream().anyMatch(event -> event.startsWith(reason + ": ")));
    }

    /** How many slots each pod's node owns. */
    public Map<String, Integer> slots() {
        Map<String, Integer> slots = new TreeMap<>();
        status().nodes().forEach(node -> slots.put(node.pod(), node.slots()));
        return slots;
    }

    private static String text(Event event) {
        return event.getReason() + ": " + event.getNote();
    }
}
