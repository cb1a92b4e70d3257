package io.slackwater.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks a real server, which is the definition of a key slot. */
class SlotsAgainstRedisTest {
    @Test
    void slots_are_those_of_cluster_keyslot(@TempDir Path directory) throws Exception {
        String server = redisServer();
        assumeThat(server)
                .as("no redis-server in $REDIS_SERVER or on the PATH: slots are not compared with a live server")
                .isNotNull();
        int port = freePort();
        Process process = new ProcessBuilder(
                        server,
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--cluster-enabled",
                        "yes",
                        "--cluster-port",
                        Integer.toString(freePort()),
                        "--save",
                        "",
                        "--dir",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        try (Socket socket = connect(port, process)) {
            List<String> names = names();
            OutputStream out = socket.getOutputStream();
            for (String name : names) {
                byte[] bytes = name.getBytes(UTF_8);
                out.write(("*3\r\n$7\r\nCLUSTER\r\n$7\r\nKEYSLOT\r\n$" + bytes.length + "\r\n").getBytes(UTF_8));
                out.write(bytes);
                out.write("\r\n".getBytes(UTF_8));
            }
            out.flush();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String name : names) {
                assertThat(line(in)).as("KEYSLOT of \"%s\"", name).isEqualTo(":" + Slots.of(name));
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static List<String> names() {
        List<String> names = new ArrayList<>(List.of(
                "",
                "a",
                "{}",
                "{}x",
                "x{}y{z}",
                "{a}b",
                "foo{{bar}}zap",
                "{",
                "}",
                "}{",
                "nearby:42",
                "Straße",
                "채널",
                "🌊",
                "ab{🌊}"));
        Random random = new Random(20_26);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder name = new StringBuilder();
            int length = random.nextInt(i % 10 == 0 ? 150 : 30);
            for (int j = 0; j < length; j++) {
                name.appendCodePoint(random.nextInt(20) == 0 ? 0x80 + random.nextInt(0x5000) : 33 + random.nextInt(94));
            }
            names.add(name.toString());
        }
        return names;
    }

    private static @Nullable String redisServer() {
        String named = System.getenv("REDIS_SERVER");
        Stream<String> onPath = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "redis-server").toString());
        return Stream.concat(Stream.ofNullable(named), onPath)
                .filter(path -> new File(path).canExecute())
                .findFirst()
                .orElse(null);
    }

    private static Socket connect(int port, Process process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                socket.setSoTimeout(10_000);
                return socket;
            } catch (IOException notYet) {
                socket.close();
                if (System.nanoTime() > deadline
                        || process.waitFor(20, TimeUnit.MILLISECONDS)) { // its end is what can be waited for
                    throw notYet;
                }
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server closed the connection after \"" + line + "\"");
            }
            line.append((char) c);
        }
        in.read();
        return line.toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
