package io.slackwater.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. Each option can be given by an environment variable instead; the command line wins. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        version = SessionContext.SERVER,
        showDefaultValues = true,
        sortOptions = false,
        description = "WebSocket gateway of a Slackwater pub/sub tier: STOMP 1.2 over WebSocket.")
final class GatewayOptions {
    @Option(
            names = "--seeds",
            split = ",",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:SLACKWATER_SEEDS}",
            description = "Pub/sub nodes to join by, comma separated; any one that lives will do. $SLACKWATER_SEEDS")
    List<String> seeds = new ArrayList<>();

    @Option(
            names = "--cluster",
            defaultValue = "${env:SLACKWATER_CLUSTER:-default}",
            description = "Name of the cluster. $SLACKWATER_CLUSTER")
    String cluster = "default";

    @Option(
            names = "--member",
            defaultValue = "${env:SLACKWATER_MEMBER}",
            description = "Name of this gateway, unique in the cluster; the host's name if absent. $SLACKWATER_MEMBER")
    @Nullable
    String member;

    @Option(
            names = "--tls-ca-file",
            paramLabel = "FILE",
            defaultValue = "${env:SLACKWATER_TLS_CA_FILE}",
            description = "Certificates (PEM) of the authority that the nodes' certificates must be from; turns TLS on."
                    + " Read again for each connection. $SLACKWATER_TLS_CA_FILE")
    @Nullable
    Path tlsCaFile;

    @Option(
            names = "--tls",
            defaultValue = "${env:SLACKWATER_TLS:-false}",
            description = "TLS with the authorities that this Java trusts. $SLACKWATER_TLS")
    boolean tls;

    @Option(
            names = "--tls-name",
            paramLabel = "NAME",
            defaultValue = "${env:SLACKWATER_TLS_NAME:-}",
            description = "Name in the certificates of the seeds; the host of each if absent. $SLACKWATER_TLS_NAME")
    String tlsName = "";

    @Option(
            names = "--username",
            defaultValue = "${env:SLACKWATER_USERNAME:-slackwater-member}",
            description = "User to log in to the nodes as, if there is a password. $SLACKWATER_USERNAME")
    String username = "slackwater-member";

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            defaultValue = "${env:SLACKWATER_PASSWORD_FILE}",
            description = "File with that user's password, read again for each connection. $SLACKWATER_PASSWORD_FILE")
    @Nullable
    Path passwordFile;

    @Option(
            names = "--bind",
            defaultValue = "${env:SLACKWATER_BIND:-0.0.0.0}",
            description = "Address to listen on. $SLACKWATER_BIND")
    String bind = "0.0.0.0";

    @Option(
            names = "--port",
            defaultValue = "${env:SLACKWATER_PORT:-8080}",
            description = "Port of the WebSocket endpoint; 0 for a free one. $SLACKWATER_PORT")
    int port = 8080;

    @Option(
            names = "--management-port",
            defaultValue = "${env:SLACKWATER_MANAGEMENT_PORT:-8081}",
            description = "Port of /healthz, /readyz, /metrics, /drain; 0 for a free one. $SLACKWATER_MANAGEMENT_PORT")
    int managementPort = 8081;

    @Option(
            names = "--path",
            defaultValue = "${env:SLACKWATER_PATH:-/stomp}",
            description = "Path of the WebSocket endpoint. $SLACKWATER_PATH")
    String path = "/stomp";

    @Option(
            names = "--allowed-origins",
            split = ",",
            paramLabel = "ORIGIN",
            defaultValue = "${env:SLACKWATER_ALLOWED_ORIGINS}",
            description = "Origins that browsers may come from, such as https://chat.example; all if absent."
                    + " $SLACKWATER_ALLOWED_ORIGINS")
    List<String> allowedOrigins = new ArrayList<>();

    @Option(
            names = "--tokens-file",
            defaultValue = "${env:SLACKWATER_TOKENS_FILE}",
            description =
                    "File of principal:token lines; only who shows one of them as passcode may connect. Everybody may if"
                            + " absent. $SLACKWATER_TOKENS_FILE (or the lines themselves, comma separated, in $SLACKWATER_TOKENS)")
    @Nullable
    Path tokensFile;

    @Option(
            names = "--threads",
            defaultValue = "${env:SLACKWATER_THREADS:-0}",
            description = "Event loops; 0 for one a processor. $SLACKWATER_THREADS")
    int threads;

    @Option(
            names = "--heart-beat",
            paramLabel = "MS",
            defaultValue = "${env:SLACKWATER_HEART_BEAT:-10000}",
            description = "Heart-beat interval to offer and to ask for; 0 for none. $SLACKWATER_HEART_BEAT")
    int heartBeat = 10_000;

    @Option(
            names = "--max-connections",
            defaultValue = "${env:SLACKWATER_MAX_CONNECTIONS:-20000}",
            description = "WebSocket connections at a time. $SLACKWATER_MAX_CONNECTIONS")
    int maxConnections = 20_000;

    @Option(
            names = "--max-subscriptions",
            defaultValue = "${env:SLACKWATER_MAX_SUBSCRIPTIONS:-1000}",
            description = "Subscriptions of one connection. $SLACKWATER_MAX_SUBSCRIPTIONS")
    int maxSubscriptions = 1_000;

    @Option(
            names = "--max-body-bytes",
            defaultValue = "${env:SLACKWATER_MAX_BODY_BYTES:-65536}",
            description = "Body of one frame. $SLACKWATER_MAX_BODY_BYTES")
    int maxBodyBytes = 65_536;

    @Option(
            names = "--max-headers",
            defaultValue = "${env:SLACKWATER_MAX_HEADERS:-32}",
            description = "Headers of one frame. $SLACKWATER_MAX_HEADERS")
    int maxHeaders = 32;

    @Option(
            names = "--max-header-bytes",
            defaultValue = "${env:SLACKWATER_MAX_HEADER_BYTES:-4096}",
            description = "One header line. $SLACKWATER_MAX_HEADER_BYTES")
    int maxHeaderBytes = 4_096;

    @Option(
            names = "--max-pending-bytes",
            defaultValue = "${env:SLACKWATER_MAX_PENDING_BYTES:-1048576}",
            description = "Bytes waiting to be sent to one connection; above it the connection is closed."
                    + " $SLACKWATER_MAX_PENDING_BYTES")
    int maxPendingBytes = 1_048_576;

    @Option(
            names = "--max-in-flight-sends",
            defaultValue = "${env:SLACKWATER_MAX_IN_FLIGHT_SENDS:-64}",
            description = "SENDs of one connection without an answer of the tier; at it the gateway stops reading."
                    + " $SLACKWATER_MAX_IN_FLIGHT_SENDS")
    int maxInFlightSends = 64;

    @Option(
            names = "--max-backlog-bytes",
            defaultValue = "${env:SLACKWATER_MAX_BACKLOG_BYTES:-67108864}",
            description = "Messages of the tier waiting for one event loop. $SLACKWATER_MAX_BACKLOG_BYTES")
    int maxBacklogBytes = 67_108_864;

    @Option(
            names = "--handshake-timeout",
            paramLabel = "MS",
            defaultValue = "${env:SLACKWATER_HANDSHAKE_TIMEOUT:-10000}",
            description = "From the TCP connection to the WebSocket. $SLACKWATER_HANDSHAKE_TIMEOUT")
    int handshakeTimeout = 10_000;

    @Option(
            names = "--connect-timeout",
            paramLabel = "MS",
            defaultValue = "${env:SLACKWATER_CONNECT_TIMEOUT:-10000}",
            description = "From the WebSocket to CONNECTED. $SLACKWATER_CONNECT_TIMEOUT")
    int connectTimeout = 10_000;

    @Option(
            names = "--close-timeout",
            paramLabel = "MS",
            defaultValue = "${env:SLACKWATER_CLOSE_TIMEOUT:-2000}",
            description = "From the close frame to the end of the TCP connection. $SLACKWATER_CLOSE_TIMEOUT")
    int closeTimeout = 2_000;

    @Option(
            names = "--connections-per-second",
            defaultValue = "${env:SLACKWATER_CONNECTIONS_PER_SECOND:-2000}",
            description = "Clients let in each second, the others wait; 0 for as many as come."
                    + " $SLACKWATER_CONNECTIONS_PER_SECOND")
    int connectionsPerSecond = 2_000;

    @Option(
            names = "--accept-queue",
            defaultValue = "${env:SLACKWATER_ACCEPT_QUEUE:-4000}",
            description =
                    "Clients that may wait to be let in; others get 503 with Retry-After. $SLACKWATER_ACCEPT_QUEUE")
    int acceptQueue = 4_000;

    @Option(
            names = "--move-time",
            paramLabel = "MS",
            defaultValue = "${env:SLACKWATER_MOVE_TIME:-10000}",
            description =
                    "In a drain: how long a client that asked for notices may take to go to another gateway before"
                            + " it is closed. $SLACKWATER_MOVE_TIME")
    long moveTime = 10_000;

    @Option(
            names = "--drain-rate",
            paramLabel = "N",
            defaultValue = "${env:SLACKWATER_DRAIN_RATE:-500}",
            description = "On SIGTERM: clients told to go each second. $SLACKWATER_DRAIN_RATE")
    int drainRate = 500;

    @Option(
            names = "--drain-patience",
            paramLabel = "MS",
            defaultValue = "${env:SLACKWATER_DRAIN_PATIENCE:-0}",
            description = "On SIGTERM: how long connections may end by themselves before. $SLACKWATER_DRAIN_PATIENCE")
    long drainPatience;

    @Option(
            names = "--drain-spread",
            paramLabel = "MS",
            defaultValue = "${env:SLACKWATER_DRAIN_SPREAD:-0}",
            description = "On SIGTERM: clients are told to wait up to this long before they connect again."
                    + " $SLACKWATER_DRAIN_SPREAD")
    long drainSpread;

    @Option(
            names = "--drain-timeout",
            paramLabel = "MS",
            defaultValue = "${env:SLACKWATER_DRAIN_TIMEOUT:-20000}",
            description = "How long a drain may take before the rest is told to go at once; less than the pod's grace"
                    + " period. $SLACKWATER_DRAIN_TIMEOUT")
    long drainTimeout = 20_000;

    /**
     * @throws IllegalArgumentException with a sentence, if a value is out of its bounds
     */
    GatewaySettings settings() {
        return new GatewaySettings(
                bind,
                port,
                managementPort,
                path,
                Set.copyOf(allowedOrigins),
                threads == 0 ? Math.min(256, Runtime.getRuntime().availableProcessors()) : threads,
                memberName(),
                heartBeat,
                new Limits(
                        maxConnections,
                        maxSubscriptions,
                        maxBodyBytes,
                        maxHeaders,
                        maxHeaderBytes,
                        maxPendingBytes,
                        maxInFlightSends,
                        maxBacklogBytes,
                        Duration.ofMillis(handshakeTimeout),
                        Duration.ofMillis(connectTimeout),
                        Duration.ofMillis(closeTimeout)),
                connectionsPerSecond,
                acceptQueue,
                Duration.ofMillis(moveTime),
                new LeavingSettings(
                        new DrainRequest(drainRate, Duration.ofMillis(drainPatience), Duration.ofMillis(drainSpread)),
                        Duration.ofMillis(drainTimeout)));
    }

    /**
     * @throws IllegalArgumentException with a sentence, if a file cannot be used
     */
    TierAccess access() {
        return TierAccess.of(tls, tlsCaFile, tlsName, username, passwordFile);
    }

    String memberName() {
        if (member != null && !member.isEmpty()) {
            return member;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the host's name is not known (" + e.getMessage() + "): give --member");
        }
    }

    /**
     * @param tokens lines, comma separated; null or empty if there are none
     * @throws IllegalArgumentException with a sentence, if the tokens cannot be used
     */
    Authenticator authenticator(@Nullable String tokens) {
        if (tokensFile != null) {
            try {
                return new StaticTokens(Files.readAllLines(tokensFile));
            } catch (IOException e) {
                throw new IllegalArgumentException("--tokens-file " + tokensFile + " cannot be read: " + e);
            }
        }
        return tokens == null || tokens.isBlank()
                ? Authenticator.ALLOW_ALL
                : new StaticTokens(List.of(tokens.split(",")));
    }
}
