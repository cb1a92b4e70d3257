package io.slackwater.operator.reconcile;

import io.slackwater.operator.coordination.NodeAccess;
import io.slackwater.operator.coordination.NodeVisits;
import io.slackwater.operator.coordination.NodeVisits.Place;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.ring.Node.Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the servers that run to the passwords and the certificate that are to hold, and knows which of them have got there. Each
 * server is visited until it has, every few seconds, on a thread of its own.
 */
final class NodeUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(NodeUpkeep.class);
    private static final Duration BETWEEN_VISITS = Duration.ofSeconds(2);
    private static final Duration LATE = Duration.ofMinutes(5);

    private final NodeVisits visits;
    private final NodeAccess access;
    private final Map<String, Visit> byServer = new ConcurrentHashMap<>();

    NodeUpkeep(NodeVisits visits, NodeAccess access) {
        this.visits = visits;
        this.access = access;
    }

    /**
     * What is to hold.
     *
     * @param users by name, the arguments of ACL SETUSER; empty without passwords
     * @param fingerprint of the certificate; empty without TLS
     */
    record Target(Map<String, List<String>> users, String fingerprint) {}

    private record Visit(
            Target target, boolean done, boolean running, Instant begun, Instant wantedSince, String why) {}

    /** Visits those that have not got there; returns at once. */
    void tend(List<ObservedPod> pods, Target target, Instant now) {
        Set<String> present = new HashSet<>();
        for (ObservedPod pod : running(pods)) {
            String server = server(pod);
            present.add(server);
            Visit last = byServer.get(server);
            Instant since = now;
            if (last != null) {
                boolean same = last.target().equals(target);
                if (last.running()
                        || same && (last.done() || now.isBefore(last.begun().plus(BETWEEN_VISITS)))) {
                    continue;
                }
                since = same ? last.wantedSince() : now;
            }
            Instant wanted = since;
            byServer.put(server, new Visit(target, false, true, now, wanted, ""));
            Thread.ofVirtual().name("slackwater-upkeep-" + pod.name()).start(() -> visit(pod, target, now, wanted));
        }
        byServer.keySet().retainAll(present);
    }

    private void visit(ObservedPod pod, Target target, Instant begun, Instant since) {
        Place place = new Place(new Address(pod.host(), Naming.PORT), pod.tlsName());
        String why = "interrupted";
        try {
            why = target.users().isEmpty() ? "" : visits.setUsers(access, place, target.users());
            if (why.isEmpty() && !target.fingerprint().isEmpty()) {
                why = visits.serveCertificate(access, place, target.fingerprint());
            }
        } finally {
            LOG.debug("passwords and certificate of {}: {}", pod.name(), why.isEmpty() ? "up to date" : why);
            byServer.replace(server(pod), new Visit(target, why.isEmpty(), false, begun, since, why));
        }
    }

    /** Whether all servers that run have got there. */
    boolean done(List<ObservedPod> pods, Target target) {
        return running(pods).stream().allMatch(pod -> {
            Visit last = byServer.get(server(pod));
            return last != null && last.done() && last.target().equals(target);
        });
    }

    /** What a person should look at: servers that have not got there for minutes; empty when all is well. */
    String late(List<ObservedPod> pods, Instant now) {
        List<String> late = new ArrayList<>();
        for (ObservedPod pod : running(pods)) {
            Visit last = byServer.get(server(pod));
            if (last != null
                    && !last.done()
                    && !last.why().isEmpty()
                    && now.isAfter(last.wantedSince().plus(LATE))) {
                late.add(pod.name() + " does not take its new passwords or certificate: " + last.why());
            }
        }
        return String.join("; ", late);
    }

    private static List<ObservedPod> running(List<ObservedPod> pods) {
        return pods.stream()
                .filter(pod -> pod.started()
                        && !pod.gone()
                        && !pod.failed()
                        && !pod.host().isEmpty())
                .toList();
    }

    private static String server(ObservedPod pod) {
        return pod.uid() + "/" + pod.instance();
    }
}
