package io.slackwater.operator.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.NodeUsers;
import io.slackwater.testkit.RedisProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that cannot be nodes are told so in a sentence that says what to do. */
class RefusedServersTest {
    private final ClusterNames names = new ClusterNames("test/refused");
    private final CoordinatorThreads threads = new CoordinatorThreads(1);
    private final NodeDialer dialer = new NodeDialer(NodeAccess.PLAIN, names, threads.resources());

    @AfterEach
    void end() {
        dialer.close();
        threads.close();
    }

    private void assertRefused(String host, int port, String... parts) {
        AtomicReference<String> why = new AtomicReference<>("");
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(RedisException.class)
                .until(() -> {
                    try (NodeSession taken = dialer.dial("p1", new Address(host, port), "", ack -> {})) {
                        return fail("taken as " + taken.nodeId());
                    } catch (NodeDialer.Refused refused) {
                        why.set(String.valueOf(refused.getMessage()));
                        return true;
                    }
                });
        assertThat(why.get()).contains(parts);
    }

    @Test
    void one_that_is_too_old() throws IOException {
        String info = "# Server\r\nredis_version:6.2.14\r\nredis_mode:standalone\r\nrun_id:" + "a".repeat(40) + "\r\n";
        try (ServerSocket fake = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerAll(fake, info));
            assertRefused("127.0.0.1", fake.getLocalPort(), "Redis 6.2.14", "Redis 7.0 or Valkey 7.2", "newer image");
        }
    }

    @Test
    void one_whose_users_have_no_selectors(@TempDir Path folder) throws IOException {
        Path users = Files.writeString(
                folder.resolve("users.acl"),
                "user default off -@all\nuser slackwater-operator on >secret ~* &* +@all\n"
                        + "user slackwater-member on >secret ~* &* +@all\n");
        NodeAccess access = new NodeAccess(NodeUsers.OPERATOR, "secret"::toCharArray, null);
        try (RedisProcess server = RedisProcess.start("--aclfile", users.toString());
                NodeDialer authenticating = new NodeDialer(access, names, threads.resources())) {
            Address address = new Address(server.host(), server.port());
            assertThatThrownBy(() -> authenticating.dial("p1", address, "", ack -> {}))
                    .isInstanceOf(NodeDialer.Refused.class)
                    .hasMessageContaining("knows no selectors")
                    .hasMessageContaining("nodes.auth.mode");
            assertRefused(server.host(), server.port(), "does not let the operator in", "NOAUTH");
        }
    }

    /** Answers INFO with this and everything else with OK. */
    private static void answerAll(ServerSocket fake, String info) {
        while (!fake.isClosed()) {
            try (Socket socket = fake.accept()) {
                answer(socket, info);
            } catch (IOException e) {
                if (!fake.isClosed() && !(e instanceof SocketException)) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void answer(Socket socket, String info) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[4_096];
        for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
            String asked = new String(buffer, 0, n, UTF_8);
            StringBuilder answer = new StringBuilder();
            for (int from = asked.indexOf('*'); from >= 0; from = asked.indexOf('*', from + 1)) {
                int next = asked.indexOf('*', from + 1);
                boolean wantsInfo =
                        asked.substring(from, next < 0 ? asked.length() : next).contains("\nINFO\r");
                answer.append(wantsInfo ? "$" + info.length() + "\r\n" + info + "\r\n" : "+OK\r\n");
            }
            socket.getOutputStream().write(answer.toString().getBytes(UTF_8));
        }
    }

    @Test
    void one_in_cluster_mode() {
        try (RedisProcess server = RedisProcess.start("--cluster-enabled", "yes")) {
            assertRefused(server.host(), server.port(), "cluster mode", "remove cluster-enabled");
        }
    }

    @Test
    void one_that_hides_a_command() {
        try (RedisProcess server = RedisProcess.start("--rename-command", "PUBLISH", "")) {
            assertRefused(server.host(), server.port(), "lacks the command PUBLISH", "rename-command");
        }
    }

    @Test
    void one_whose_user_may_not_end_connections() {
        try (RedisProcess server =
                RedisProcess.start("--user", "default", "on", "nopass", "~*", "&*", "+@all", "-client|kill")) {
            assertRefused(server.host(), server.port(), "NOPERM");
        }
    }

    @Test
    void one_that_wants_a_password() {
        try (RedisProcess server = RedisProcess.start("--requirepass", "secret")) {
            assertRefused(server.host(), server.port(), "does not let the operator in");
        }
    }

    @Test
    void one_that_carries_the_data_of_another_process() {
        try (RedisProcess server = RedisProcess.start();
                RedisClient client = RedisClient.create(server.uri())) {
            client.connect().sync().set(names.node(), "p9/0123456789ab");
            assertRefused(server.host(), server.port(), "p9/0123456789ab", "must start empty");
        }
    }

    @Test
    void one_that_saves_to_disk_is_taken_with_a_warning() throws Exception {
        try (RedisProcess server = RedisProcess.start("--appendonly", "yes", "--save", "3600 1")) {
            NodeSession session = dialer.dial("p1", new Address(server.host(), server.port()), "", ack -> {});
            assertThat(session.warnings()).hasSize(2).anyMatch(w -> w.contains("appendonly no"));
            assertThat(session.nodeId()).matches("p1/[0-9a-f]{12}");
        }
    }

    @Test
    void valkey_counts_its_own_versions() {
        String runId = "\r\nrun_id:" + "b".repeat(40) + "\r\n";
        assertThat(ServerFacts.parse("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1" + runId)
                        .refusal())
                .isEmpty();
        assertThat(ServerFacts.parse("redis_version:7.2.4\r\nvalkey_version:7.0.0" + runId)
                        .refusal())
                .hasValueSatisfying(why -> assertThat(why).contains("Valkey 7.0.0"));
        assertThat(ServerFacts.parse("redis_version:7.0.15" + runId).refusal()).isEmpty();
        assertThat(ServerFacts.parse("nothing").refusal())
                .hasValueSatisfying(why -> assertThat(why).contains("unknown version"));
    }
}
