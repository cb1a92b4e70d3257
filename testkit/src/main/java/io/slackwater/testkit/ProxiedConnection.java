package io.slackwater.testkit;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One client's connection through a {@link FaultProxy}: per direction one thread that reads and stamps each chunk with
 * the time it is due, and one that waits for that time and writes.
 */
final class ProxiedConnection {
    private static final int CHUNK = 16 * 1024;
    private static final int MOST_UNDER_WAY = 4 * 1024 * 1024;

    private final Socket client;
    private final Socket server;
    private final List<Link> links;
    private final Runnable onCut;
    private final Consumer<ProxiedConnection> onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger openLinks = new AtomicInteger(2);
    private volatile boolean abandoned;

    /** @param onEnd told once, when the connection is over */
    ProxiedConnection(
            Socket client,
            Socket server,
            LinkFaults toTarget,
            LinkFaults toClient,
            long seed,
            Runnable onCut,
            Consumer<ProxiedConnection> onEnd) {
        this.client = client;
        this.server = server;
        this.onCut = onCut;
        this.onEnd = onEnd;
        this.links = List.of(
                new Link(client, server, toTarget, new Random(seed * 2)),
                new Link(server, client, toClient, new Random(seed * 2 + 1)));
    }

    void start() {
        links.forEach(Link::start);
    }

    /** Drops from now on what either side sends, its end too. */
    void abandon() {
        abandoned = true;
    }

    /** Ends the connection with a reset on both sides. */
    void reset() {
        if (ended.compareAndSet(false, true)) {
            onCut.run();
            end();
        }
    }

    /** Closes a socket with a reset instead of an orderly end. */
    static void reset(Socket socket) {
        try {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed either way.
        }
    }

    private void end() {
        reset(client);
        reset(server);
        links.forEach(Link::stop);
        onEnd.accept(this);
    }

    private void closeInOrder() {
        if (ended.compareAndSet(false, true)) {
            try {
                client.close();
                server.close();
            } catch (IOException e) {
                // Both were done with.
            }
            links.forEach(Link::stop);
            onEnd.accept(this);
        }
    }

    /** A piece on its way; no bytes means the sender has ended. */
    private record Chunk(byte[] bytes, long dueNanos) {}

    private final class Link {
        private final Socket from;
        private final Socket to;
        private final LinkFaults faults;
        private final Random random;
        private final BlockingQueue<Chunk> underWay = new LinkedBlockingQueue<>();
        private final Semaphore room = new Semaphore(MOST_UNDER_WAY);
        private final Thread reader = Thread.ofVirtual().unstarted(this::read);
        private final Thread writer = Thread.ofVirtual().unstarted(this::write);
        private long lastDue = System.nanoTime();

        Link(Socket from, Socket to, LinkFaults faults, Random random) {
            this.from = from;
            this.to = to;
            this.faults = faults;
            this.random = random;
        }

        void start() {
            reader.start();
            writer.start();
        }

        void stop() {
            reader.interrupt();
            writer.interrupt();
        }

        private void read() {
            byte[] buffer = new byte[CHUNK];
            try {
                int length = from.getInputStream().read(buffer);
                while (length > 0) {
                    room.acquire(length);
                    underWay.add(stamped(Arrays.copyOf(buffer, length)));
                    length = from.getInputStream().read(buffer);
                }
                underWay.add(stamped(new byte[0]));
            } catch (IOException e) {
                // One end has reset the connection: so does the proxy, towards the other.
                reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private Chunk stamped(byte[] bytes) {
            LinkFaults.State state = faults.state();
            long due = System.nanoTime() + state.delay().toNanos();
            long jitter = state.jitter().toNanos();
            if (jitter > 0) {
                due += random.nextLong(jitter);
            }
            due = Math.max(due, lastDue); // no overtaking
            if (state.bytesPerSecond() > 0) {
                due += TimeUnit.SECONDS.toNanos(bytes.length) / state.bytesPerSecond();
            }
            lastDue = due;
            return new Chunk(bytes, due);
        }

        private void write() {
            try {
                boolean open = true;
                while (open) {
                    Chunk chunk = underWay.take();
                    TimeUnit.NANOSECONDS.sleep(chunk.dueNanos() - System.nanoTime());
                    open = pass(chunk.bytes());
                    room.release(chunk.bytes().length);
                }
            } catch (IOException e) {
                reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Passes a chunk on or drops it; false when nothing comes after it. */
        private boolean pass(byte[] bytes) throws IOException, InterruptedException {
            if (!faults.awaitTurn() || abandoned) {
                faults.countSwallowed(bytes.length);
                return bytes.length > 0;
            }
            if (bytes.length == 0) {
                to.shutdownOutput();
                if (openLinks.decrementAndGet() == 0) {
                    closeInOrder();
                }
                return false;
            }
            LinkFaults.Grant grant = faults.take(bytes.length);
            to.getOutputStream().write(bytes, 0, grant.bytes());
            faults.countForwarded(grant.bytes());
            if (grant.cut()) {
                // Let the other side read what was granted before the reset throws it away.
                to.shutdownOutput();
                awaitDrained();
                reset();
            }
            return !grant.cut();
        }

        private void awaitDrained() throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
