package io.slackwater.operator.reconcile;

import io.slackwater.operator.coordination.NodeVisits;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.security.Certificates;
import io.slackwater.operator.security.KeyAndCertificate;
import io.slackwater.operator.security.KeyPlan;
import io.slackwater.operator.security.NodeSecrets;
import io.slackwater.operator.security.Passwords;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Looks after the security of clusters, each on its own. */
public final class SecurityFactory {
    private final ClusterSecrets secrets;
    private final NodeVisits visits;
    private final SecureRandom random;
    private final Certificates certificates;
    private final InstantSource clock;

    /** @param random for passwords and keys */
    public SecurityFactory(ClusterSecrets secrets, NodeVisits visits, SecureRandom random, InstantSource clock) {
        this.secrets = secrets;
        this.visits = visits;
        this.random = random;
        this.certificates = new Certificates(random);
        this.clock = clock;
    }

    ClusterSecurity of(String namespace, String cluster) {
        KeyPlan.Fresh fresh = new KeyPlan.Fresh() {
            @Override
            public Passwords passwords() {
                return Passwords.random(random);
            }

            @Override
            public KeyAndCertificate authority() {
                return certificates.authority(cluster, clock.instant());
            }
        };
        NodeSecrets derived = new NodeSecrets(
                cluster, Naming.tlsName(namespace, cluster), Naming.dnsNames(namespace, cluster), certificates);
        return new ClusterSecurity(secrets, visits, fresh, derived);
    }
}
