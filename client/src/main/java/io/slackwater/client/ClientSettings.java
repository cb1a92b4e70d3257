package io.slackwater.client;

import io.lettuce.core.SslOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.HandoverSettings;
import io.slackwater.ring.handover.Role;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client needs to know. Immutable; made by {@link #builder}, whose methods state the defaults.
 *
 * @param cluster name of the cluster, as in {@link ConnectionName#cluster()}
 * @param member name of this member, unique for ever: a process that starts again is another member
 * @param seeds where a ring may be read first; up to 64, tried in turn; at least 1 where there is no directory
 * @param directory nodes that may have a ring, too, after the seeds; null for none. Asked before each round through the seeds, for
 *     whatever it knows at that moment: an empty list is fine, of more than {@value #MAX_SEEDS} nodes the first are tried. Called on
 *     the client's threads: it must not block. What it throws is logged, and counts as an empty list
 * @param credentials asked before each connection, so that they can be rotated; null without authentication. Called on the
 *     client's threads: it must not block
 * @param tls how to do TLS; null without. The certificate is checked against the node's TLS name, or its host when it has none.
 *     Files that it names are read again for each connection, so that they can be rotated
 * @param seedTlsName what the certificates of the seeds are checked against; empty for the host of each
 * @param handover times and bounds of the handover protocol
 * @param publishersPerNode publishing connections to each node, 1 to 16
 * @param windowChannels most channels of one SUBSCRIBE, 1 to 10,000
 * @param windowsInFlight SUBSCRIBEs unanswered at once on one connection, 1 to 16
 * @param connectTimeout for each address of a node, and again for naming the connection and reading the ring
 * @param startTimeout how long {@link PubSubClient#connect} looks for a ring
 * @param publishTimeout how long a publish waits, to be written and then for its reply
 * @param closeTimeout how long {@link PubSubClient#close} takes at most
 * @param silence after which a connection that answers nothing, not even PING, is given up; at least 1 s
 * @param loadReportInterval least time between two reports of the load per slot to the operator, 1 s to 1 h; they are sent less often where they would
 *     exceed one hundredth of the member's traffic, up to every 5 min
 * @param maxPayloadBytes of one message, up to 64 MiB
 * @param maxPendingPublishes publishes without an outcome at one time; more fail at once
 * @param maxPendingBytes the same in bytes of channel and payload
 * @param maxSubscriptions channels and patterns wanted at one time
 * @param protocolVersion highest version of the protocol to speak, 1 to {@link ConnectionName#VERSION}: a lower one makes the whole tier speak it
 * @param meters where metrics go; null for none
 */
public record ClientSettings(
        String cluster,
        String member,
        List<Address> seeds,
        @Nullable Supplier<List<Node>> directory,
        @Nullable Supplier<Credentials> credentials,
        @Nullable SslOptions tls,
        String seedTlsName,
        HandoverSettings handover,
        int publishersPerNode,
        int windowChannels,
        int windowsInFlight,
        Duration connectTimeout,
        Duration startTimeout,
        Duration publishTimeout,
        Duration closeTimeout,
        Duration silence,
        Duration loadReportInterval,
        int maxPayloadBytes,
        int maxPendingPublishes,
        long maxPendingBytes,
        int maxSubscriptions,
        int protocolVersion,
        @Nullable MeterRegistry meters) {
    static final int MAX_SEEDS = 64;

    public ClientSettings {
        seeds = List.copyOf(seeds);
        // Both names are checked there.
        new ConnectionName(ConnectionName.VERSION, cluster, member, Role.SUBSCRIBER);
        between("seeds", seeds.size(), directory == null ? 1 : 0, MAX_SEEDS);
        between("publishersPerNode", publishersPerNode, 1, 16);
        between("windowChannels", windowChannels, 1, 10_000);
        between("windowsInFlight", windowsInFlight, 1, 16);
        between("connectTimeout in ms", connectTimeout.toMillis(), 50, 60_000);
        between("startTimeout in ms", startTimeout.toMillis(), 50, 600_000);
        between("publishTimeout in ms", publishTimeout.toMillis(), 50, 600_000);
        between("closeTimeout in ms", closeTimeout.toMillis(), 50, 600_000);
        between("silence in ms", silence.toMillis(), 1_000, 600_000);
        between("loadReportInterval in ms", loadReportInterval.toMillis(), 1_000, 3_600_000);
        between("maxPayloadBytes", maxPayloadBytes, 1, 64 << 20);
        between("maxPendingPublishes", maxPendingPublishes, 1, 8_000_000);
        between("maxPendingBytes", maxPendingBytes, maxPayloadBytes, 1L << 36);
        between("protocolVersion", protocolVersion, 1, ConnectionName.VERSION);
        between("maxSubscriptions", maxSubscriptions, 1, 100_000_000);
    }

    /**
     * Settings to begin with.
     *
     * @param cluster name of the cluster
     * @param seeds where a ring may be read first, for example the address of the cluster's Service; none where there is a
     *     {@link ClientSettingsBuilder#directory}
     */
    public static ClientSettingsBuilder builder(String cluster, Address... seeds) {
        return new ClientSettingsBuilder(cluster, List.of(seeds));
    }

    private static void between(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ": must be " + least + " to " + most);
        }
    }

    /**
     * Who connects.
     *
     * @param user ACL user; empty for the default user
     * @param password never logged
     */
    public record Credentials(String user, String password) {
        @Override
        public String toString() {
            return "Credentials[user=" + user + "]";
        }
    }
}
