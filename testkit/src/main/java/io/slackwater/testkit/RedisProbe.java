package io.slackwater.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Asks a server whether it is up, with nothing but a socket. */
final class RedisProbe {
    private static final int TIMEOUT_MILLIS = 1_000;

    private RedisProbe() {}

    /**
     * Whether this very process answers there, with whatever certificate it has. Another server on the same port does not count; one that wants a
     * password is up, and its process cannot be asked for.
     */
    static boolean answers(String host, int port, boolean tls, Process process) {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            Socket socket = tls ? AnyCertificate.over(plain, host, port) : plain;
            socket.getOutputStream().write("PING\r\n".getBytes(UTF_8));
            String pong = readLine(socket.getInputStream());
            if (pong.startsWith("-NOAUTH")) {
                return process.isAlive();
            }
            if (!pong.equals("+PONG")) {
                return false; // still loading
            }
            socket.getOutputStream().write("INFO server\r\n".getBytes(UTF_8));
            return isOneOf(process, processId(socket.getInputStream()));
        } catch (IOException e) {
            return false;
        }
    }

    private static long processId(InputStream in) throws IOException {
        while (true) {
            String line = readLine(in);
            if (line.startsWith("process_id:")) {
                return Long.parseLong(line.substring("process_id:".length()).strip());
            }
            if (line.startsWith("-")) {
                throw new IOException("INFO was refused: " + line);
            }
        }
    }

    private static boolean isOneOf(Process process, long pid) {
        // A wrapper script given as $REDIS_SERVER may have the server as its child.
        return LongStream.concat(
                        LongStream.of(process.pid()), descendants(process).mapToLong(ProcessHandle::pid))
                .anyMatch(own -> own == pid);
    }

    private static Stream<ProcessHandle> descendants(Process process) {
        return process.toHandle().descendants();
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("the server closed the connection");
            }
            if (c == '\n') {
                return line.toString().strip();
            }
            line.append((char) c);
        }
    }
}
