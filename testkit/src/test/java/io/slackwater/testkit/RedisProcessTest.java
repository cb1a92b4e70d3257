package io.slackwater.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisProcessTest {
    @Test
    void answersAsSoonAsStartReturns() throws IOException {
        try (RedisProcess redis = RedisProcess.start()) {
            assertThat(ask(redis, "PING")).isEqualTo("+PONG");
            assertThat(redis.isAlive()).isTrue();
            assertThat(redis.uri()).isEqualTo("redis://127.0.0.1:" + redis.port());
        }
    }

    @Test
    void takesExtraArguments() throws IOException {
        try (RedisProcess redis = RedisProcess.start("--requirepass", "secret")) {
            assertThat(ask(redis, "PING")).startsWith("-NOAUTH");
        }
    }

    @Test
    void listensOnTheGivenLoopbackAddress() throws IOException {
        try (RedisProcess first = RedisProcess.start();
                RedisProcess second = RedisProcess.startAt("127.77.0.2", first.port())) {
            assertThat(ask(first, "SET k 1")).isEqualTo("+OK");
            assertThat(ask(second, "GET k")).isEqualTo("$-1");
        }
    }

    @Test
    void aPausedServerKeepsItsSocketsAndSaysNothingUntilResumed() throws IOException {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.pause();
            assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(SocketTimeoutException.class);
            assertThat(redis.isAlive()).isTrue();
            redis.resume();
            assertThat(ask(redis, "PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void aKilledServerIsGoneAndARestartedOneIsEmptyAtTheSamePlace() throws IOException {
        try (RedisProcess redis = RedisProcess.start()) {
            ask(redis, "SET k 1");
            int port = redis.port();
            long pid = redis.pid();
            redis.pause();
            redis.kill();
            assertThat(redis.isAlive()).isFalse();
            assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(ConnectException.class);
            redis.restartEmpty();
            assertThat(redis.port()).isEqualTo(port);
            assertThat(redis.pid()).isNotEqualTo(pid);
            assertThat(ask(redis, "GET k")).isEqualTo("$-1");
        }
    }

    @Test
    void saysWhyTheServerDidNotStart() {
        assertThatThrownBy(() -> RedisProcess.start("--no-such-directive", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no-such-directive");
        assertThatThrownBy(() -> RedisProcess.startAt("192.0.2.1", 6379))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loopback");
        try (RedisProcess redis = RedisProcess.start()) {
            assertThatThrownBy(() -> RedisProcess.startAt("127.0.0.1", redis.port()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aServerDiesWithTheJvmThatStartedItEvenIfThatIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starter.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long pid = Long.parseLong(new BufferedReader(new InputStreamReader(jvm.getInputStream(), UTF_8)).readLine());
        assertThat(ProcessHandle.of(pid)).isPresent();
        jvm.destroyForcibly().waitFor();
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    /** Starts a server, prints its pid and waits to be killed. */
    static final class Starter {
        public static void main(String[] args) throws InterruptedException {
            System.out.println(RedisProcess.start().pid());
            Thread.currentThread().join();
        }
    }

    private static String ask(RedisProcess redis, String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(redis.host(), redis.port()), 500);
            socket.setSoTimeout(500);
            socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
        }
    }
}
