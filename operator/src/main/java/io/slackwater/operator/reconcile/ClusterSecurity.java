package io.slackwater.operator.reconcile;

import io.lettuce.core.SslOptions;
import io.slackwater.crds.NodesSpec;
import io.slackwater.crds.NodesSpec.SecretRef;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.SecurityMode;
import io.slackwater.operator.coordination.NodeAccess;
import io.slackwater.operator.coordination.NodeVisits;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.kube.ClusterSecrets.NotDone;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.NodeSecurity;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.security.ClusterKeys;
import io.slackwater.operator.security.KeyAndCertificate;
import io.slackwater.operator.security.KeyPlan;
import io.slackwater.operator.security.NodeSecrets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Passwords and certificates of one cluster while this operator leads: reads the Secrets now and then, takes the next step of
 * {@link KeyPlan}, writes what follows from it, and has the servers brought up to date. What nodes are to accept is written before
 * anybody uses it. Used by one thread at a time; what {@link #access} gives may be used by any.
 */
final class ClusterSecurity {
    /** Secrets are read no more often, unless the specification has changed or a rotation is under way. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    private final ClusterSecrets secrets;
    private final KeyPlan.Fresh fresh;
    private final NodeSecrets derived;
    private final NodeAccess access;
    private final NodeUpkeep upkeep;

    private volatile @Nullable ClusterKeys keys;
    private volatile String trusted = "";
    private volatile boolean authenticating;
    private NodeUpkeep.@Nullable Target target;
    private Instant looked = Instant.EPOCH;
    private long generation = -1;
    private String problem = "";

    /** @param derived makes what nodes and members get */
    ClusterSecurity(ClusterSecrets secrets, NodeVisits visits, KeyPlan.Fresh fresh, NodeSecrets derived) {
        this.secrets = secrets;
        this.fresh = fresh;
        this.derived = derived;
        this.access = new NodeAccess(
                derived.operatorUser(),
                this::password,
                SslOptions.builder()
                        .jdkSslProvider()
                        .sslContext(context -> context.trustManager(NodeSecrets.certificates(trusted)))
                        .build());
        this.upkeep = new NodeUpkeep(visits, access);
    }

    /** How to log in to the nodes, now and after every rotation. */
    NodeAccess access() {
        return access;
    }

    private char @Nullable [] password() {
        ClusterKeys now = keys;
        return authenticating && now != null ? now.current().operator().toCharArray() : null;
    }

    /** Whether pods can be made and nodes be logged in to. */
    boolean ready(NodeSecurity security) {
        return !security.auth() && !security.tls() || target != null;
    }

    /**
     * Looks after everything.
     *
     * @return what a person should look at, one sentence; empty when nothing is wrong
     */
    String look(PubSubCluster cluster, NodeSecurity security, List<ObservedPod> pods, Instant now) {
        if (!security.auth() && !security.tls()) {
            return "";
        }
        boolean rotating = keys != null && Objects.requireNonNull(keys).next() != null;
        long asked = Objects.requireNonNullElse(cluster.getMetadata().getGeneration(), 0L);
        if (target == null
                || !problem.isEmpty()
                || rotating
                || asked != generation
                || !now.isBefore(looked.plus(BETWEEN_LOOKS))) {
            try {
                step(cluster, security, pods, now);
                problem = "";
                looked = now;
                generation = asked;
            } catch (NotDone | Unusable e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        if (target != null) {
            upkeep.tend(pods, target, now);
        }
        return problem.isEmpty() ? upkeep.late(pods, now) : problem;
    }

    private void step(PubSubCluster cluster, NodeSecurity security, List<ObservedPod> pods, Instant now)
            throws NotDone, Unusable {
        NodesSpec nodes = cluster.getSpec().nodes();
        String name = cluster.getMetadata().getName();
        KeyPlan.Ask ask = ask(cluster, security);
        boolean known = target != null && upkeep.done(pods, target);
        Map<String, String> stored = secrets.read(cluster.getMetadata().getNamespace(), Naming.keysSecret(name));
        ClusterKeys present = decoded(stored, Naming.keysSecret(name));
        ClusterKeys next =
                present == null ? KeyPlan.first(ask, now, fresh) : KeyPlan.next(present, ask, known, now, fresh);
        if (!next.equals(present)) {
            secrets.replace(cluster, Naming.keysSecret(name), ClusterSecrets.OPAQUE, stored, next.encode());
        }
        if (security.auth()) {
            secrets.write(cluster, Naming.nodeSecret(name), ClusterSecrets.OPAQUE, derived.node(next));
        }
        String authorities = next.trusted();
        String fingerprint = "";
        if (security.tls()) {
            Map<String, String> tls = nodes.tls().mode() == SecurityMode.Secret
                    ? given(cluster, named(nodes.tls().secretRef(), "tls"), now)
                    : own(cluster, next, now);
            authorities = tls.getOrDefault(NodeSecrets.CA, authorities);
            // Members trust an authority before any node shows a certificate of it.
            secrets.write(
                    cluster,
                    Naming.memberSecret(name),
                    ClusterSecrets.OPAQUE,
                    derived.member(next, security.auth(), authorities));
            secrets.write(cluster, Naming.nodeTlsSecret(name), ClusterSecrets.TLS, tls);
            fingerprint = NodeSecrets.pair(tls).fingerprint();
        } else {
            secrets.write(cluster, Naming.memberSecret(name), ClusterSecrets.OPAQUE, derived.member(next, true, ""));
        }
        authenticating = security.auth();
        trusted = authorities;
        keys = next;
        target = new NodeUpkeep.Target(security.auth() ? derived.users(next) : Map.of(), fingerprint);
    }

    private static @Nullable ClusterKeys decoded(@Nullable Map<String, String> data, String name) throws Unusable {
        try {
            return data == null ? null : ClusterKeys.decode(data);
        } catch (IllegalArgumentException e) {
            throw new Unusable("the Secret " + name + " " + e.getMessage() + ": restore it from a backup");
        }
    }

    private KeyPlan.Ask ask(PubSubCluster cluster, NodeSecurity security) throws NotDone, Unusable {
        NodesSpec nodes = cluster.getSpec().nodes();
        String member = null;
        if (security.auth() && nodes.auth().mode() == SecurityMode.Secret) {
            String name = named(nodes.auth().secretRef(), "auth");
            member = read(cluster, name).getOrDefault(NodeSecrets.PASSWORD, "").stripTrailing();
            if (member.length() < NodeSecrets.SHORTEST_PASSWORD) {
                throw new Unusable("the Secret " + name + " that nodes.auth.secretRef names needs an entry \"password\""
                        + " of at least " + NodeSecrets.SHORTEST_PASSWORD + " characters");
            }
        }
        return new KeyPlan.Ask(
                security.tls() && nodes.tls().mode() != SecurityMode.Secret,
                member,
                nodes.auth().passwordVersion(),
                Duration.ofMinutes(nodes.auth().overlapMinutes()),
                nodes.tls().authorityVersion());
    }

    private Map<String, String> own(PubSubCluster cluster, ClusterKeys next, Instant now) throws NotDone {
        Map<String, String> present = secrets.read(
                cluster.getMetadata().getNamespace(),
                Naming.nodeTlsSecret(cluster.getMetadata().getName()));
        return derived.certificate(present, next, now);
    }

    private Map<String, String> given(PubSubCluster cluster, String name, Instant now) throws NotDone, Unusable {
        Map<String, String> data = read(cluster, name);
        KeyAndCertificate pair = NodeSecrets.pair(data);
        String refusal = pair.refusal(derived.tlsName(), now).orElse("");
        if (refusal.isEmpty() && data.getOrDefault(NodeSecrets.CA, "").isBlank()) {
            refusal = "it needs an entry \"ca.crt\" with the authority that members are to trust";
        }
        if (!refusal.isEmpty()) {
            throw new Unusable("the Secret " + name + " that nodes.tls.secretRef names cannot be used: " + refusal);
        }
        return NodeSecrets.entries(pair, data.getOrDefault(NodeSecrets.CA, ""));
    }

    private static String named(@Nullable SecretRef ref, String what) throws Unusable {
        if (ref == null) {
            throw new Unusable("nodes." + what + ".mode is Secret: name one in nodes." + what + ".secretRef");
        }
        return ref.name();
    }

    private Map<String, String> read(PubSubCluster cluster, String name) throws NotDone, Unusable {
        Map<String, String> data = secrets.read(cluster.getMetadata().getNamespace(), name);
        if (data == null) {
            throw new Unusable("the Secret " + name + " that the specification names does not exist: create it");
        }
        return data;
    }

    /** Something given cannot be used; the message says what to do. */
    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }
}
