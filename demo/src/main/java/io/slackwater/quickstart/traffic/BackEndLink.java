package io.slackwater.quickstart.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.quickstart.check.Published;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The wire to the back-end processes: they connect here, are told when to go and when to stop, and say what they published.
 *
 * <p>Lines of text. To them: {@code go PER_SECOND}, {@code stop}. From them: {@code ready NUMBER}, {@code so-far SENT CONFIRMED}, and at the
 * end {@code last CHANNEL N}, {@code unsure CHANNEL N}, {@code unsent CHANNEL N}, {@code end}. When the wire is cut they end.
 */
public final class BackEndLink implements AutoCloseable {
    private final ServerSocket listening;
    private final List<Remote> remotes = new ArrayList<>();

    /**
     * Listens on loopback.
     *
     * @param count how many back ends will come
     */
    public BackEndLink(int count) {
        for (int i = 0; i < count; i++) {
            remotes.add(new Remote());
        }
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on loopback", e);
        }
        Thread.ofVirtual().name("back-ends").start(this::accept);
    }

    private static final class Remote {
        final CompletableFuture<Socket> ready = new CompletableFuture<>();
        final CompletableFuture<Published> end = new CompletableFuture<>();
        volatile long sent;
        volatile long confirmed;
    }

    /** Where back ends have to connect, {@code HOST:PORT}. */
    public String address() {
        return listening.getInetAddress().getHostAddress() + ":" + listening.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                Thread.ofVirtual().name("back-end").start(() -> read(socket));
            }
        } catch (IOException closed) {
            for (Remote remote : remotes) {
                remote.ready.completeExceptionally(closed);
            }
        }
    }

    private void read(Socket socket) {
        Remote remote = null;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
            Published published = new Published();
            String line = in.readLine();
            while (line != null) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("ready")) {
                    remote = remotes.get(Integer.parseInt(words[1]));
                    remote.ready.complete(socket);
                } else if (remote != null) {
                    take(remote, words, published);
                }
                line = in.readLine();
            }
        } catch (IOException cut) {
            // Said below, in words.
        }
        if (remote != null) {
            remote.end.completeExceptionally(new IllegalStateException("the back end's process has ended"));
        }
    }

    private static void take(Remote remote, String[] words, Published published) {
        switch (words[0]) {
            case "so-far" -> {
                remote.sent = Long.parseLong(words[1]);
                remote.confirmed = Long.parseLong(words[2]);
            }
            case "last" -> published.last(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            case "unsure" -> published.unsure(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            case "unsent" -> published.unsent(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            case "end" -> remote.end.complete(published);
            default -> throw new IllegalStateException("a back end says \"" + String.join(" ", words) + "\"");
        }
    }

    /** Waits until all have joined the tier. @throws IllegalStateException if they do not in time */
    public void awaitReady(long timeoutSeconds) {
        for (Remote remote : remotes) {
            try {
                remote.ready.get(timeoutSeconds, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted");
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                throw new IllegalStateException("back end " + remotes.indexOf(remote)
                        + " has not joined the tier within " + timeoutSeconds + " s");
            }
        }
    }

    /**
     * Lets all begin.
     *
     * @param perSecond messages a second of each
     */
    public void go(double perSecond) {
        tell("go " + perSecond);
    }

    /**
     * Lets all stop, and asks what they published.
     *
     * @return in the order of their numbers
     * @throws IllegalStateException if one has ended or does not answer: what it published is not known then
     */
    public List<Published> stop() {
        tell("stop");
        List<Published> all = new ArrayList<>();
        for (Remote remote : remotes) {
            try {
                all.add(remote.end.get(30, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted");
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                throw new IllegalStateException(
                        "back end " + remotes.indexOf(remote) + " does not say what it published: " + e.getMessage());
            }
        }
        return all;
    }

    private void tell(String line) {
        for (Remote remote : remotes) {
            try {
                remote.ready.join().getOutputStream().write((line + "\n").getBytes(UTF_8));
            } catch (IOException e) {
                throw new IllegalStateException("back end " + remotes.indexOf(remote) + " has ended", e);
            }
        }
    }

    /** Messages sent so far, as last heard. */
    public long sent() {
        return remotes.stream().mapToLong(remote -> remote.sent).sum();
    }

    /** Messages confirmed so far, as last heard. */
    public long confirmed() {
        return remotes.stream().mapToLong(remote -> remote.confirmed).sum();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            // It was only open for new back ends.
        }
    }
}
