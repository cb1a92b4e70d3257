package io.slackwater.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy on loopback that does to connections what networks do: delays, throttles, swallows, stalls, cuts, refuses.
 *
 * <p>Faults apply to present and future connections of this proxy, from the moment of the call, to each direction on its
 * own; bytes never overtake each other. Jitter comes from a seed, so that the same traffic is treated the same in every
 * run. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
    private final InetSocketAddress target;
    private final InetSocketAddress listenAddress;
    private final long seed;
    private final LinkFaults toTarget = new LinkFaults();
    private final LinkFaults toClient = new LinkFaults();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicLong cut = new AtomicLong();
    private ServerSocket listener;
    private volatile boolean closed;

    /** The two ways bytes go. */
    public enum Direction {
        /** What the client sends. */
        TO_TARGET,
        /** What the target sends. */
        TO_CLIENT
    }

    /**
     * What has happened so far.
     *
     * @param accepted connections accepted
     * @param open connections that exist now
     * @param cut connections that were cut by a fault
     * @param bytesToTarget bytes passed on to the target
     * @param bytesToClient bytes passed on to the client
     * @param bytesSwallowed bytes read and dropped, both directions
     */
    public record Counters(
            int accepted, int open, long cut, long bytesToTarget, long bytesToClient, long bytesSwallowed) {}

    private FaultProxy(String listenHost, int listenPort, InetSocketAddress target, long seed) {
        this.target = target;
        this.seed = seed;
        this.listener = listen(new InetSocketAddress(listenHost, listenPort));
        this.listenAddress = new InetSocketAddress(listenHost, listener.getLocalPort());
    }

    /** A proxy on 127.0.0.1 and any free port. */
    public static FaultProxy to(String targetHost, int targetPort) {
        return listening("127.0.0.1", 0, targetHost, targetPort, 0);
    }

    /**
     * A proxy on a given address.
     *
     * @param listenHost a loopback address
     * @param listenPort 0 for any
     * @param seed of the jitter
     */
    public static FaultProxy listening(
            String listenHost, int listenPort, String targetHost, int targetPort, long seed) {
        return new FaultProxy(listenHost, listenPort, new InetSocketAddress(targetHost, targetPort), seed);
    }

    /** Where clients connect to. */
    public String host() {
        return listenAddress.getAddress().getHostAddress();
    }

    /** Where clients connect to; stays the same through {@link #refuse()} and {@link #accept()}. */
    public int port() {
        return listenAddress.getPort();
    }

    /** Delivers every byte this much later. */
    public FaultProxy delay(Direction direction, Duration delay) {
        faults(direction).change(state -> state.withDelay(delay));
        return this;
    }

    /** Adds to each chunk's delay a random part of this, drawn from the seed. */
    public FaultProxy jitter(Direction direction, Duration most) {
        faults(direction).change(state -> state.withJitter(most));
        return this;
    }

    /** Limits the bandwidth of each connection; 0 for no limit. */
    public FaultProxy limit(Direction direction, long bytesPerSecond) {
        faults(direction).change(state -> state.withBytesPerSecond(bytesPerSecond));
        return this;
    }

    /** Half-open: bytes, and the end of the stream, are taken and dropped; connections stay open. */
    public FaultProxy swallow(Direction direction) {
        faults(direction).change(state -> state.withMode(LinkFaults.Mode.SWALLOW));
        return this;
    }

    /**
     * Half-open for good: whatever is sent from now on over the connections that exist now is taken and dropped, in both directions,
     * and neither side is told. New connections are not affected: a gateway in between has forgotten the old ones.
     */
    public FaultProxy abandon() {
        connections.forEach(ProxiedConnection::abandon);
        return this;
    }

    /** Stops passing bytes on and keeps them; {@link #forward} delivers what was kept. */
    public FaultProxy stall(Direction direction) {
        faults(direction).change(state -> state.withMode(LinkFaults.Mode.STALL));
        return this;
    }

    /** Ends {@link #swallow} and {@link #stall}. */
    public FaultProxy forward(Direction direction) {
        faults(direction).change(state -> state.withMode(LinkFaults.Mode.FORWARD));
        return this;
    }

    /**
     * Passes on exactly this many bytes more in this direction, counted over all connections, and then cuts the
     * connection whose turn it is. Happens once.
     */
    public FaultProxy cutAfter(Direction direction, long bytes) {
        faults(direction).cutAfter(bytes);
        return this;
    }

    /** Cuts all connections now, with a reset to both sides; what was under way is lost. New ones are accepted. */
    public FaultProxy cut() {
        connections.forEach(ProxiedConnection::reset);
        return this;
    }

    /** Refuses new connections; present ones go on. */
    public synchronized FaultProxy refuse() {
        closeQuietly(listener);
        return this;
    }

    /** Accepts connections again, at the same address. */
    public synchronized FaultProxy accept() {
        if (listener.isClosed() && !closed) {
            listener = listen(listenAddress);
        }
        return this;
    }

    /** Ends all faults of both directions and accepts connections. */
    public FaultProxy heal() {
        toTarget.heal();
        toClient.heal();
        return accept();
    }

    /** What has happened so far. */
    public Counters counters() {
        return new Counters(
                accepted.get(),
                connections.size(),
                cut.get(),
                toTarget.forwarded(),
                toClient.forwarded(),
                toTarget.swallowed() + toClient.swallowed());
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeQuietly(listener);
        connections.forEach(ProxiedConnection::reset);
    }

    private LinkFaults faults(Direction direction) {
        return switch (direction) {
            case TO_TARGET -> toTarget;
            case TO_CLIENT -> toClient;
        };
    }

    private ServerSocket listen(InetSocketAddress address) {
        if (!address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("the proxy listens on loopback only, not on " + address);
        }
        try {
            ServerSocket socket = new ServerSocket();
            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            socket.bind(new InetSocketAddress(
                    InetAddress.getByAddress(address.getAddress().getAddress()), address.getPort()));
            Thread.ofVirtual().name("fault-proxy").start(() -> acceptFrom(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException("the proxy could not listen on " + address, e);
        }
    }

    private void acceptFrom(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                int index = accepted.getAndIncrement();
                Thread.ofVirtual().start(() -> open(client, index));
            } catch (IOException e) {
                // Closed by refuse() or close(), which ends the loop, or a client that gave up.
            }
        }
    }

    private void open(Socket client, int index) {
        Socket server = new Socket();
        try {
            server.connect(target, 5_000);
        } catch (IOException e) {
            ProxiedConnection.reset(client); // as the target would have answered
            return;
        }
        ProxiedConnection connection = new ProxiedConnection(
                client, server, toTarget, toClient, seed + index, cut::incrementAndGet, connections::remove);
        connections.add(connection);
        connection.start();
        if (closed) {
            connection.reset();
        }
    }

    private static void closeQuietly(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It no longer accepts, which is what was wanted.
        }
    }
}
