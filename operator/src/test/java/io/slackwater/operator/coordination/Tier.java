package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Wish.Pod;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.handover.HandoverSettings;
import io.slackwater.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Real servers in the role of node pods, and the wish that describes them. Pods are called p1, p2 and so on; their uids are uid-p1 and so on. */
final class Tier implements AutoCloseable {
    private final Map<String, RedisProcess> servers = new LinkedHashMap<>();
    private final Set<String> gone = new LinkedHashSet<>();
    private final Set<String> notReady = new LinkedHashSet<>();
    private final Set<String> terminating = new LinkedHashSet<>();
    private final Map<String, Integer> starts = new LinkedHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();

    int slotsPerBatch = 1_024;
    int subscriptionsPerSecond = 1_000_000;
    int minimumToStart = 3;
    boolean paused;
    boolean abandoned;
    boolean passNonMembers;
    HandoverSettings handover = HandoverSettings.DEFAULT;
    int rebalance;

    /** Starts a server for each name. */
    Tier start(String... names) {
        for (String name : names) {
            servers.put(name, RedisProcess.start());
        }
        return this;
    }

    RedisProcess server(String name) {
        return Objects.requireNonNull(servers.get(name), name);
    }

    /** Reach this pod at another port, as through a proxy. */
    Tier at(String name, int port) {
        ports.put(name, port);
        return this;
    }

    /** Ends the process and says so. */
    Tier kill(String name) {
        server(name).kill();
        gone.add(name);
        return this;
    }

    Tier notReady(String name) {
        notReady.add(name);
        return this;
    }

    Tier ready(String name) {
        notReady.remove(name);
        return this;
    }

    Tier terminating(String name) {
        terminating.add(name);
        return this;
    }

    /** The process is replaced by an empty one at the same address. */
    Tier restart(String name) {
        starts.merge(name, 1, Integer::sum);
        server(name).restartEmpty();
        return this;
    }

    /** The pod object does not exist any more. */
    Tier forget(String name) {
        server(name).close();
        servers.remove(name);
        return this;
    }

    /** What is wanted when these pods are to own the slots. */
    Wish wish(String... owners) {
        List<Pod> pods = new ArrayList<>();
        servers.forEach((name, server) -> pods.add(new Pod(
                uid(name),
                name,
                server.host(),
                ports.getOrDefault(name, server.port()),
                "",
                !gone.contains(name) && !notReady.contains(name),
                terminating.contains(name),
                gone.contains(name),
                name + "#" + starts.getOrDefault(name, 0))));
        Set<String> uids = new LinkedHashSet<>();
        for (String owner : owners) {
            uids.add(uid(owner));
        }
        return new Wish(
                pods,
                uids,
                false,
                minimumToStart,
                PlannerSettings.DEFAULT,
                rebalance,
                handover,
                slotsPerBatch,
                subscriptionsPerSecond,
                passNonMembers,
                paused ? "paused" : "",
                abandoned);
    }

    static String uid(String name) {
        return "uid-" + name;
    }

    @Override
    public void close() {
        servers.values().forEach(RedisProcess::close);
    }
}
