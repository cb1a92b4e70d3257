package io.slackwater.gateway;

import java.time.Duration;
import java.util.Set;

/**
 * How a gateway listens and what it allows. Validated: an instance is usable.
 *
 * @param bindAddress a literal address or a host name; {@code 0.0.0.0} for all
 * @param port of the WebSocket endpoint; 0 takes a free one
 * @param managementPort of health, metrics and drain; 0 takes a free one
 * @param path of the WebSocket endpoint, starts with a slash
 * @param allowedOrigins values of the Origin header that browsers may come from; empty allows all. A request without the header is not a
 *     browser's and is allowed
 * @param threads event loops
 * @param member the name of this gateway in the tier, shown in logs and in session ids
 * @param heartBeatMillis how often the gateway offers to send, and asks for, a heart-beat; 0 for neither
 * @param connectionsPerSecond clients let in; 0 for as many as come
 * @param acceptQueue clients that may wait to be let in
 * @param moveTime how long a client that asked for notices may take to go to another gateway before it is closed; zero closes it at once, as
 *     those who did not ask
 * @param leaving what it does when it is asked to stop
 */
record GatewaySettings(
        String bindAddress,
        int port,
        int managementPort,
        String path,
        Set<String> allowedOrigins,
        int threads,
        String member,
        int heartBeatMillis,
        Limits limits,
        int connectionsPerSecond,
        int acceptQueue,
        Duration moveTime,
        LeavingSettings leaving) {
    GatewaySettings {
        allowedOrigins = Set.copyOf(allowedOrigins);
        Limits.check("port", port, 0, 65_535);
        Limits.check("management-port", managementPort, 0, 65_535);
        Limits.check("threads", threads, 1, 256);
        Limits.check("heart-beat", heartBeatMillis, 0, 3_600_000);
        Limits.check("connections-per-second", connectionsPerSecond, 0, 1_000_000);
        Limits.check("accept-queue", acceptQueue, 0, 1_000_000);
        Limits.check("move-time", moveTime.toMillis(), 0, 600_000);
        if (port != 0 && port == managementPort) {
            throw new IllegalArgumentException(
                    "--port and --management-port are both " + port + ": give the management endpoints another port");
        }
        if (!path.matches("/[A-Za-z0-9._~/-]*")) {
            throw new IllegalArgumentException("--path is '" + path + "': write a path such as /stomp");
        }
        if (!member.matches("[A-Za-z0-9._-]{1,110}")) {
            throw new IllegalArgumentException(
                    "--member is '" + member + "': write 1 to 110 of letters, digits, '.', '_' and '-'");
        }
    }
}
