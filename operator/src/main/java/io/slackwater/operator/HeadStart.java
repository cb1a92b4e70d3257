package io.slackwater.operator;

import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.coordination.CoordinatorThreads;
import io.slackwater.operator.security.Certificates;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Uses once, on threads of its own, what the first look at a cluster needs: to load it takes the JVM longer than to do the work, and while the command line is
 * read, the API connected to and the Lease taken, processors are idle. Nothing depends on it: what has not been used yet is loaded by whoever is first.
 */
final class HeadStart {
    /** What is read before the first cluster can be looked at, in the order in which it comes. */
    private static final List<Class<?>> OBJECTS =
            List.of(Lease.class, PodList.class, PubSubCluster.class, PubSubGateway.class, ChannelMigration.class);

    private final CompletableFuture<KubernetesSerialization> serialization = new CompletableFuture<>();

    private HeadStart() {}

    /** Begins. Does not block; the threads end by themselves and do not hold the process. */
    static HeadStart begin(InstantSource clock) {
        HeadStart begun = new HeadStart();
        Thread.ofPlatform().daemon().name("early-objects").start(begun::objects);
        Thread.ofPlatform().daemon().name("early-nodes").start(() -> nodes(clock));
        return begun;
    }

    /** How objects of the API are read and written; may be waited for. */
    KubernetesSerialization serialization() {
        return serialization.join();
    }

    private void objects() {
        KubernetesSerialization made;
        try {
            made = ApiClients.serialization();
        } catch (RuntimeException | Error e) {
            serialization.completeExceptionally(e);
            throw e;
        }
        serialization.complete(made);
        for (Class<?> type : OBJECTS) {
            made.unmarshal("{}", type);
        }
    }

    private static void nodes(InstantSource clock) {
        new Certificates(new SecureRandom()).authority("none", clock.instant());
        new CoordinatorThreads(1).close();
    }
}
