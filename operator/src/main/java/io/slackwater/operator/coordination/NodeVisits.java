package io.slackwater.operator.coordination;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.handover.ClusterNames;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Short connections to nodes for what has nothing to do with the protocol: to answer a preStop hook, to bring passwords and
 * certificates of a running server up to date. Blocks for a few seconds at most; safe for use by many threads.
 */
public final class NodeVisits implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final List<String> CERTIFICATE_FILES = List.of("tls-cert-file", "tls-key-file");

    private final ClientResources resources = DefaultClientResources.builder()
            .socketAddressResolver(NodeUri.resolver())
            .build();

    /**
     * Where a node is.
     *
     * @param tlsName see {@link io.slackwater.ring.Node#tlsName()}
     */
    public record Place(Address address, String tlsName) {}

    /**
     * Lets the node's preStop hook return, now or when it is called. Doing it again does no harm.
     *
     * @return empty when the server has taken it, else why not
     */
    public String release(NodeAccess access, ClusterNames names, Place place) {
        return visit(access, place, redis -> redis.lpush(names.prestop(), "go"));
    }

    /**
     * Gives the users of a running server these rules; connections that exist stay.
     *
     * @param users by name, the arguments of ACL SETUSER
     * @return empty when the server has them, else why not
     */
    public String setUsers(NodeAccess access, Place place, Map<String, List<String>> users) {
        return visit(
                access,
                place,
                redis -> users.forEach((user, rules) -> {
                    CommandArgs<String, String> args =
                            new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(user);
                    rules.forEach(args::add);
                    redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
                }));
    }

    /**
     * Sees to it that new connections get this certificate. A server reads its files only when told to, and the machine puts new
     * ones in place when it gets round to it; so what is served is looked at, and the server is told as long as it is another one.
     *
     * @param fingerprint SHA-256 of the certificate
     * @return empty when it is served, else why not
     */
    public String serveCertificate(NodeAccess access, Place place, String fingerprint) {
        try {
            if (ServedCertificate.fingerprint(place.address(), TIMEOUT).equals(fingerprint)) {
                return "";
            }
            String failure = visit(access, place, NodeVisits::readCertificateAgain);
            if (!failure.isEmpty()) {
                return failure;
            }
            return ServedCertificate.fingerprint(place.address(), TIMEOUT).equals(fingerprint)
                    ? ""
                    : "the new certificate has not arrived on its machine yet";
        } catch (IOException e) {
            return "its certificate cannot be seen: " + e.getMessage();
        }
    }

    private static void readCertificateAgain(RedisCommands<String, String> redis) {
        Map<String, String> files = new HashMap<>();
        CERTIFICATE_FILES.forEach(name -> files.putAll(redis.configGet(name)));
        redis.configSet(files);
    }

    private String visit(NodeAccess access, Place place, Consumer<RedisCommands<String, String>> errand) {
        RedisClient client = RedisClient.create(resources);
        ClientOptions.Builder options = ClientOptions.builder()
                .autoReconnect(false)
                .pingBeforeActivateConnection(false)
                .protocolVersion(ProtocolVersion.RESP2)
                .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build());
        if (access.tls() != null) {
            options.sslOptions(access.tls());
        }
        client.setOptions(options.build());
        try (StatefulRedisConnection<String, String> connection =
                client.connect(access.uri(place.address(), place.tlsName(), TIMEOUT))) {
            errand.accept(connection.sync());
            return "";
        } catch (RedisException e) {
            return rootOf(e);
        } finally {
            client.shutdownAsync(0, 1, TimeUnit.SECONDS);
        }
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    @Override
    public void close() {
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
