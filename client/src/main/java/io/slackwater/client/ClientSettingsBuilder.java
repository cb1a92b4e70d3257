package io.slackwater.client;

import io.lettuce.core.SslOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.slackwater.client.ClientSettings.Credentials;
import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.HandoverSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Collects {@link ClientSettings}; what they mean is said there. For one thread. */
public final class ClientSettingsBuilder {
    private final String cluster;
    private final List<Address> seeds;
    private String member = uniqueName("member");
    private @Nullable Supplier<List<Node>> directory;
    private @Nullable Supplier<Credentials> credentials;
    private @Nullable SslOptions tls;
    private String seedTlsName = "";
    private HandoverSettings handover = HandoverSettings.DEFAULT;
    private int publishersPerNode = 1;
    private int windowChannels = 250;
    private int windowsInFlight = 2;
    private Duration connectTimeout = Duration.ofSeconds(2);
    private Duration startTimeout = Duration.ofSeconds(30);
    private Duration publishTimeout = Duration.ofSeconds(5);
    private Duration closeTimeout = Duration.ofSeconds(5);
    private Duration silence = Duration.ofSeconds(5);
    private Duration loadReportInterval = Duration.ofSeconds(30);
    private int maxPayloadBytes = 1 << 20;
    private int maxPendingPublishes = 100_000;
    private long maxPendingBytes = 64 << 20;
    private int maxSubscriptions = 2_000_000;
    private int protocolVersion = ConnectionName.VERSION;
    private @Nullable MeterRegistry meters;

    ClientSettingsBuilder(String cluster, List<Address> seeds) {
        this.cluster = cluster;
        this.seeds = seeds;
    }

    /**
     * What this member's name begins with; a random end makes it another one with each start. Default: {@code member}.
     *
     * @param prefix for example the pod's name
     */
    public ClientSettingsBuilder memberPrefix(String prefix) {
        this.member = uniqueName(prefix);
        return this;
    }

    /** The member's whole name, for who makes unique names otherwise. */
    public ClientSettingsBuilder member(String name) {
        this.member = name;
        return this;
    }

    /** Where the nodes are looked up that may be read from besides the seeds, as in a registry. Default: nowhere. */
    public ClientSettingsBuilder directory(Supplier<List<Node>> nodes) {
        this.directory = nodes;
        return this;
    }

    /** Default: none. */
    public ClientSettingsBuilder credentials(Supplier<Credentials> supplier) {
        this.credentials = supplier;
        return this;
    }

    /** Default: no TLS. */
    public ClientSettingsBuilder tls(SslOptions options) {
        this.tls = options;
        return this;
    }

    /**
     * TLS that trusts the authorities whose certificates are in this file.
     *
     * @param caFile PEM, read again for each connection; null for those that this Java trusts
     */
    public ClientSettingsBuilder tls(@Nullable Path caFile) {
        return tls(
                caFile == null
                        ? SslOptions.create()
                        : SslOptions.builder().trustManager(caFile.toFile()).build());
    }

    /** Default: the host of each seed. For seeds that are given by another name or address than the one in their certificate. */
    public ClientSettingsBuilder seedTlsName(String name) {
        this.seedTlsName = name;
        return this;
    }

    /** Default: {@link HandoverSettings#DEFAULT}. */
    public ClientSettingsBuilder handover(HandoverSettings settings) {
        this.handover = settings;
        return this;
    }

    /** Default: 1. */
    public ClientSettingsBuilder publishersPerNode(int connections) {
        this.publishersPerNode = connections;
        return this;
    }

    /** Default: 250 channels, 2 in flight. Larger ones are no faster, and make others wait while a server works through one. */
    public ClientSettingsBuilder windows(int channels, int inFlight) {
        this.windowChannels = channels;
        this.windowsInFlight = inFlight;
        return this;
    }

    /** Default: 2 s. */
    public ClientSettingsBuilder connectTimeout(Duration timeout) {
        this.connectTimeout = timeout;
        return this;
    }

    /** Default: 30 s. */
    public ClientSettingsBuilder startTimeout(Duration timeout) {
        this.startTimeout = timeout;
        return this;
    }

    /** Default: 5 s. */
    public ClientSettingsBuilder publishTimeout(Duration timeout) {
        this.publishTimeout = timeout;
        return this;
    }

    /** Default: 5 s. */
    public ClientSettingsBuilder closeTimeout(Duration timeout) {
        this.closeTimeout = timeout;
        return this;
    }

    /** Default: 5 s. */
    public ClientSettingsBuilder silence(Duration longest) {
        this.silence = longest;
        return this;
    }

    /** Default: 30 s. */
    public ClientSettingsBuilder loadReportInterval(Duration shortest) {
        this.loadReportInterval = shortest;
        return this;
    }

    /** Default: 1 MiB. */
    public ClientSettingsBuilder maxPayloadBytes(int bytes) {
        this.maxPayloadBytes = bytes;
        return this;
    }

    /** Default: 100,000 publishes and 64 MiB. */
    public ClientSettingsBuilder maxPending(int publishes, long bytes) {
        this.maxPendingPublishes = publishes;
        this.maxPendingBytes = bytes;
        return this;
    }

    /** Default: 2,000,000. */
    public ClientSettingsBuilder maxSubscriptions(int channelsAndPatterns) {
        this.maxSubscriptions = channelsAndPatterns;
        return this;
    }

    /** Default: {@link ConnectionName#VERSION}. To be told only what an earlier program would understand, as when something goes wrong after an upgrade. */
    public ClientSettingsBuilder protocolVersion(int highest) {
        this.protocolVersion = highest;
        return this;
    }

    /** Default: none. */
    public ClientSettingsBuilder meters(MeterRegistry registry) {
        this.meters = registry;
        return this;
    }

    /** @throws IllegalArgumentException when a value is out of its bounds, saying which and what they are */
    public ClientSettings build() {
        return new ClientSettings(
                cluster,
                member,
                seeds,
                directory,
                credentials,
                tls,
                seedTlsName,
                handover,
                publishersPerNode,
                windowChannels,
                windowsInFlight,
                connectTimeout,
                startTimeout,
                publishTimeout,
                closeTimeout,
                silence,
                loadReportInterval,
                maxPayloadBytes,
                maxPendingPublishes,
                maxPendingBytes,
                maxSubscriptions,
                protocolVersion,
                meters);
    }

    private static String uniqueName(String prefix) {
        return prefix + "-" + Long.toHexString(RandomGenerator.getDefault().nextLong() | Long.MIN_VALUE);
    }
}
