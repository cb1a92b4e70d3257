package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What all scenarios share: the operator, the machines, and the stages, of which each is given to one scenario at a time. Safe for threads.
 */
final class Suite implements AutoCloseable {
    private static final String PARALLELISM = "junit.jupiter.execution.parallel.config.fixed.parallelism";
    private static final Duration ENDED = Duration.ofMinutes(3);

    private final SuiteSettings settings = SuiteSettings.fromEnvironment();
    private final KubernetesClient client;
    private final Installation operator;
    private final Machines machines;
    private final Stage adapters;
    private final List<Stage> stages = new ArrayList<>();
    private final Deque<Stage> free = new ArrayDeque<>();

    /** @param parallel how many scenarios may run at the same time */
    private Suite(int parallel) {
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder().withRequestTimeout(60_000).build())
                .build();
        machines = new Machines(client);
        List<String> namespaces = new ArrayList<>(List.of(Stage.NAMESPACE));
        for (int number = 1; number <= parallel; number++) {
            namespaces.add(Stage.NAMESPACE + "-" + number);
        }
        operator = new Installation(client, settings, namespaces);
        List<Stage> all = namespaces.stream()
                .map(namespace -> new Stage(client, settings, operator, machines, namespace))
                .toList();
        adapters = all.getFirst();
        stages.addAll(all.subList(1, all.size()));
        free.addAll(stages);
        adapters.namespace(Installation.NAMESPACE);
        all.forEach(stage -> stage.namespace(stage.namespace()));
        operator.ensure();
    }

    /** Made when the first scenario wants it. */
    static Suite of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Suite.class))
                .computeIfAbsent(
                        Suite.class,
                        type -> new Suite(context.getConfigurationParameter(PARALLELISM, Integer::valueOf)
                                .orElse(1)),
                        Suite.class);
    }

    KubernetesClient client() {
        return client;
    }

    /** A stage that nobody else is on: always the same one as long as scenarios come one after the other. */
    synchronized Stage take() {
        return free.removeFirst();
    }

    /** The one whose Prometheus adapters of metrics look at; who uses it holds the lock that keeps others off. */
    Stage stageOfAdapters() {
        return adapters;
    }

    /** For who is alone on this stage: what has been left standing on others would be in the way, or take part. */
    void strikeOthers(Stage taken) {
        List<Stage> others = new ArrayList<>(stages);
        others.add(adapters);
        others.remove(taken);
        others.forEach(Stage::strike);
    }

    synchronized void giveBack(Stage stage) {
        if (stage != adapters) {
            free.addFirst(stage);
        }
    }

    @Override
    public void close() {
        if (!settings.keep()) {
            List<String> namespaces = new ArrayList<>();
            stages.forEach(stage -> namespaces.add(stage.namespace()));
            namespaces.add(adapters.namespace());
            // The operator last: it answers the preStop hooks of nodes.
            namespaces.forEach(adapters::deleteNamespace);
            namespaces.forEach(namespace -> adapters.awaitNamespaceGone(namespace, ENDED));
            adapters.deleteNamespace(Installation.NAMESPACE);
        }
        client.close();
    }
}
