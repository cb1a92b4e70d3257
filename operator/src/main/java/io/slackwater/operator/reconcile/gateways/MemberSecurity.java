package io.slackwater.operator.reconcile.gateways;

import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.kube.ClusterSecrets.NotDone;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.NodeSecurity;
import io.slackwater.operator.security.NodeSecrets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out how members of a cluster speak to its nodes: what the Secret that is made for them has in it. */
public final class MemberSecurity {
    private final ClusterSecrets secrets;

    public MemberSecurity(ClusterSecrets secrets) {
        this.secrets = secrets;
    }

    /**
     * What was found.
     *
     * @param security null as long as no member can be made
     * @param trouble why not, one sentence; empty otherwise
     */
    record Look(@Nullable NodeSecurity security, String trouble) {
        /** Nobody wants to know. */
        static final Look NOT_NEEDED = new Look(null, "");
    }

    Look look(PubSubGateway gateway, Optional<PubSubCluster> cluster) {
        String name = gateway.getSpec().clusterRef().name();
        if (cluster.isEmpty()) {
            return new Look(
                    null,
                    "there is no PubSubCluster " + name + " in this namespace: make it, or name another in"
                            + " spec.clusterRef");
        }
        NodeSecurity asked = NodeSecurity.asked(cluster.get().getSpec().nodes());
        if (!asked.tls() && !asked.auth()) {
            return new Look(asked, "");
        }
        try {
            Map<String, String> entries = secrets.read(gateway.getMetadata().getNamespace(), Naming.memberSecret(name));
            return entries == null
                    ? new Look(
                            null,
                            "waiting for the Secret " + Naming.memberSecret(name) + ", which is made with the"
                                    + " PubSubCluster " + name)
                    : new Look(
                            new NodeSecurity(
                                    entries.containsKey(NodeSecrets.CA), entries.containsKey(NodeSecrets.PASSWORD)),
                            "");
        } catch (NotDone e) {
            return new Look(null, String.valueOf(e.getMessage()));
        }
    }
}
