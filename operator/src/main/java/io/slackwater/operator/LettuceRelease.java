package io.slackwater.operator;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.slackwater.operator.coordination.NodeAccess;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.reconcile.NodeRelease;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the preStop hook by pushing to the list that it reads from. Safe for use by many threads. */
final class LettuceRelease implements NodeRelease, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LettuceRelease.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final NodeAccess access;
    private final RedisClient client = RedisClient.create();

    LettuceRelease(NodeAccess access) {
        this.access = access;
        ClientOptions.Builder options = ClientOptions.builder()
                .autoReconnect(false)
                .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build());
        if (access.tls() != null) {
            options.sslOptions(access.tls());
        }
        client.setOptions(options.build());
    }

    @Override
    public boolean release(String cluster, String host) {
        if (host.isEmpty()) {
            return false;
        }
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(host)
                .withPort(Naming.PORT)
                .withTimeout(TIMEOUT)
                .withSsl(access.tls() != null);
        char[] password = access.password().get();
        if (password != null) {
            uri.withAuthentication(RedisCredentialsProvider.from(
                    () -> RedisCredentials.just(access.user().isEmpty() ? null : access.user(), password)));
        }
        try (StatefulRedisConnection<String, String> connection = client.connect(uri.build())) {
            connection.sync().lpush(Naming.preStopKey(cluster), "go");
            return true;
        } catch (RedisException e) {
            LOG.debug("the preStop hook at {} could not be answered: {}", host, e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
