package io.slackwater.bench;

import io.slackwater.testkit.RedisProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** Another client of a server, on a socket and a thread of its own: sends PING every millisecond or so, and times the answers. */
final class Pings implements AutoCloseable {
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST = 1 << 20;

    private final Socket socket;
    private final long[] times = new long[MOST];
    private volatile int begin;
    private volatile int count;
    private volatile boolean ending;

    Pings(RedisProcess server) throws IOException {
        socket = new Socket(server.host(), server.port());
        socket.setTcpNoDelay(true);
        Thread.ofPlatform().name("ping").daemon().start(this::ping);
    }

    private void ping() {
        try {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            int done = 0;
            while (!ending && done < MOST) {
                long sent = System.nanoTime();
                out.write(PING);
                in.readNBytes("+PONG\r\n".length());
                times[done++] = System.nanoTime() - sent;
                count = done;
                LockSupport.parkNanos(1_000_000);
            }
        } catch (IOException e) {
            if (!ending) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Counts from here on. */
    void begin() {
        begin = count;
    }

    /** The times since {@link #begin()} in nanoseconds, sorted. */
    long[] end() {
        long[] result = Arrays.copyOfRange(times, begin, count);
        Arrays.sort(result);
        return result;
    }

    @Override
    public void close() throws IOException {
        ending = true;
        socket.close();
    }
}
