package io.slackwater.operator.coordination;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.NodeUsers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes sessions with nodes and finds out whether a server can be one. Blocks, so it is called from threads of their own; safe for
 * use by many.
 */
final class NodeDialer implements AutoCloseable {
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final long NO_CLIENT = Long.MAX_VALUE;
    private static final List<String> NEEDED =
            List.of("get", "set", "eval", "publish", "subscribe", "client|list", "client|kill", "client|setname");

    private final RedisClient client;
    private final NodeAccess access;
    private final ClusterNames names;

    NodeDialer(NodeAccess access, ClusterNames names, ClientResources resources) {
        this.access = access;
        this.names = names;
        this.client = RedisClient.create(resources);
        ClientOptions.Builder options = ClientOptions.builder()
                .autoReconnect(false) // a new connection may lead to another process, and must be looked at first
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .pingBeforeActivateConnection(false)
                .protocolVersion(ProtocolVersion.RESP2) // an ACL user without HELLO will do
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .tcpNoDelay(true)
                        .build());
        if (access.tls() != null) {
            options.sslOptions(access.tls());
        }
        client.setOptions(options.build());
    }

    /**
     * Makes a session.
     *
     * @param podName first part of the node's id
     * @param tlsName what its certificate is checked against; empty for a plain connection
     * @param acks called on a thread of the driver with what arrives on the channel {@code acks}
     * @throws Refused the server can never be a node as it is
     * @throws RedisException it cannot be reached now, or does not answer in time
     */
    NodeSession dial(String podName, Address address, String tlsName, Consumer<byte[]> acks) throws Refused {
        StatefulRedisConnection<String, byte[]> commands = connect(address, tlsName);
        StatefulRedisPubSubConnection<String, byte[]> listener = null;
        try {
            RedisCommands<String, byte[]> sync = commands.sync();
            ServerFacts facts = ServerFacts.parse(sync.info());
            refuseIf(facts.refusal().orElse(""));
            checkCommands(sync);
            checkUsers(sync);
            sync.clientSetname(connectionName());
            String id = facts.nodeId(podName);
            claim(sync, id);
            List<String> warnings = persistence(sync, facts);
            Echo echo = new Echo(names.acks() + ":" + UUID.randomUUID());
            listener = listen(address, tlsName, facts.runId(), acks, echo);
            byte[] goal = sync.get(NodeSession.goalKey(names));
            return new NodeSession(id, commands, listener, echo, names, sync.get(names.ring()), goal, warnings);
        } catch (RedisCommandExecutionException e) {
            close(commands, listener);
            throw permissionOr(e);
        } catch (RuntimeException | Refused e) {
            close(commands, listener);
            throw e;
        }
    }

    private static void close(
            StatefulRedisConnection<String, byte[]> commands,
            @Nullable StatefulRedisPubSubConnection<String, byte[]> listener) {
        commands.closeAsync();
        if (listener != null) {
            listener.closeAsync();
        }
    }

    private StatefulRedisConnection<String, byte[]> connect(Address address, String tlsName) throws Refused {
        try {
            return client.connect(CODEC, access.uri(address, tlsName, CONNECT_TIMEOUT));
        } catch (RedisConnectionException e) {
            // A login that is refused is told as a connection that failed.
            if (e.getCause() instanceof RedisCommandExecutionException refusal) {
                throw permissionOr(refusal);
            }
            throw e;
        }
    }

    /** The users must be there as the operator made them: without selectors a member could write the ring. */
    private void checkUsers(RedisCommands<String, byte[]> sync) throws Refused {
        if (!access.authenticates()) {
            return;
        }
        CommandArgs<String, byte[]> args =
                new CommandArgs<>(CODEC).add("GETUSER").add(NodeUsers.MEMBER);
        List<Object> user = sync.dispatch(CommandType.ACL, new ArrayOutput<>(CODEC), args);
        int at = -1;
        for (int i = 0; i + 1 < user.size(); i += 2) {
            if (user.get(i) instanceof byte[] name && new String(name, StandardCharsets.UTF_8).equals("selectors")) {
                at = i + 1;
            }
        }
        refuseIf(
                at > 0 && user.get(at) instanceof List<?> selectors && !selectors.isEmpty()
                        ? ""
                        : "the server's access control knows no selectors, so that members could write the ring: use"
                                + " Redis 7.0, Valkey 7.2 or newer, or set nodes.auth.mode to Disabled");
    }

    private StatefulRedisPubSubConnection<String, byte[]> listen(
            Address address, String tlsName, String runId, Consumer<byte[]> acks, Echo echo) {
        StatefulRedisPubSubConnection<String, byte[]> listener =
                client.connectPubSub(CODEC, access.uri(address, tlsName, CONNECT_TIMEOUT));
        try {
            String other = ServerFacts.parse(listener.sync().info("server")).runId();
            if (!other.equals(runId)) {
                throw new RedisException("the process at " + address + " changed while it was being connected to");
            }
            listener.sync().clientSetname(connectionName());
            listener.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, byte[] message) {
                    if (channel.equals(echo.channel())) {
                        echo.heard(message);
                    } else {
                        acks.accept(message);
                    }
                }
            });
            listener.sync().subscribe(names.acks(), echo.channel());
            return listener;
        } catch (RuntimeException e) {
            listener.closeAsync();
            throw e;
        }
    }

    private String connectionName() {
        return ClientList.OPERATOR_PREFIX + names.cluster();
    }

    private void checkCommands(RedisCommands<String, byte[]> sync) throws Refused {
        List<Object> known = sync.commandInfo(NEEDED.toArray(String[]::new));
        List<String> missing = new ArrayList<>();
        for (int i = 0; i < NEEDED.size(); i++) {
            if (i >= known.size() || !(known.get(i) instanceof List<?> info) || info.isEmpty()) {
                missing.add(NEEDED.get(i).replace('|', ' ').toUpperCase(Locale.ROOT));
            }
        }
        refuseIf(
                missing.isEmpty()
                        ? ""
                        : "the server lacks the command " + String.join(", ", missing)
                                + ": remove the rename-command that hides it");
        // That the user may use them shows only when they are used.
        sync.eval("return 1", ScriptOutputType.INTEGER);
        sync.clientKill(KillArgs.Builder.id(NO_CLIENT));
    }

    private void claim(RedisCommands<String, byte[]> sync, String id) throws Refused {
        sync.setnx(names.node(), id.getBytes(StandardCharsets.UTF_8));
        byte[] known = sync.get(names.node());
        String holder = known == null ? "" : new String(known, StandardCharsets.UTF_8);
        refuseIf(
                holder.equals(id)
                        ? ""
                        : "the server is " + id + " and its data says that it is \"" + holder
                                + "\": it has loaded data of another process; nodes must start empty");
    }

    private static List<String> persistence(RedisCommands<String, byte[]> sync, ServerFacts facts) {
        List<String> warnings = new ArrayList<>();
        if (facts.appendOnly()) {
            warnings.add("writes an append-only file: set appendonly no, a node that restarts must start empty");
        }
        try {
            Map<String, String> save = sync.configGet("save");
            if (!save.getOrDefault("save", "").isBlank()) {
                warnings.add("saves snapshots: set save \"\", a failed one makes every write fail");
            }
        } catch (RedisCommandExecutionException e) {
            // CONFIG is not open to this user: nothing can be said, and nothing depends on it
            return warnings;
        }
        return warnings;
    }

    private static void refuseIf(String reason) throws Refused {
        if (!reason.isEmpty()) {
            throw new Refused(reason);
        }
    }

    /** What the server will answer again however often it is asked is a refusal; anything else may pass. */
    private static RedisException permissionOr(RedisCommandExecutionException error) throws Refused {
        String message = String.valueOf(error.getMessage());
        if (message.startsWith("NOPERM") || message.startsWith("NOAUTH") || message.startsWith("WRONGPASS")) {
            throw new Refused("the server does not let the operator in: " + message);
        }
        return error;
    }

    /** Ends every connection. */
    @Override
    public void close() {
        client.shutdownAsync(0, 2, TimeUnit.SECONDS);
    }

    /** The server can never be a node as it is. The message says why, and what to do. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}
