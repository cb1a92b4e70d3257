package io.slackwater.quickstart.traffic;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slackwater.quickstart.check.Checker;
import io.slackwater.quickstart.check.Published;
import io.slackwater.quickstart.check.Stamp;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** All WebSocket clients of the run. The clients that send are among those that listen. Thread-safe. */
public final class WebSocketUsers implements AutoCloseable, Pacer.Sink {
    private static final int THREADS = 2;
    private static final int AT_ONCE = 50;

    private final TrafficPlan plan;
    private final Checker checker;
    private final Latencies latencies;
    private final int firstPublisher;
    private final Consumer<Stamp> log;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("users", true), NioIoHandler.newFactory());
    private final List<User> users = new ArrayList<>();
    private final Queue<String> cutOff = new ConcurrentLinkedQueue<>();
    private final LongAdder sent = new LongAdder();
    private final LongAdder confirmed = new LongAdder();
    private final long[][] last;
    private final Set<User> unflushed = ConcurrentHashMap.newKeySet();

    /**
     * @param firstPublisher number of the first sender within each channel; the other follows
     */
    public WebSocketUsers(TrafficPlan plan, Checker checker, Latencies latencies, int firstPublisher) {
        this(plan, checker, latencies, firstPublisher, stamp -> {});
    }

    /** @param log told of every message before it is sent */
    public WebSocketUsers(
            TrafficPlan plan, Checker checker, Latencies latencies, int firstPublisher, Consumer<Stamp> log) {
        this.log = log;
        this.plan = plan;
        this.checker = checker;
        this.latencies = latencies;
        this.firstPublisher = firstPublisher;
        last = new long[TrafficPlan.SENDERS][plan.channels()];
    }

    private final class User implements StompConnection.Listener {
        private final int number;
        private final int[] subscriberNumber;
        private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
        private final Set<String> unconfirmed = ConcurrentHashMap.newKeySet();
        private volatile StompConnection connection;
        private volatile boolean open = true;
        private int subscriptionsLeft;

        @SuppressWarnings("NullAway.Init")
        User(int number) {
            this.number = number;
            this.subscriberNumber = new int[plan.channels()];
        }

        void subscribe(List<TrafficPlan.Place> places) {
            subscriptionsLeft = places.size();
            if (places.isEmpty()) {
                subscribed.complete(null);
            }
            for (TrafficPlan.Place place : places) {
                subscriberNumber[place.channel()] = place.number();
                connection.subscribe(place.channel(), TrafficPlan.name(place.channel()), "sub");
            }
        }

        @Override
        public void message(int subscription, byte[] bytes, int from, int to) {
            try {
                Stamp stamp = Stamp.decode(bytes, from, to);
                latencies.arrived(stamp.micros());
                checker.arrived(subscriberNumber[subscription], subscription, stamp);
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException damaged) {
                checker.damaged();
            }
        }

        @Override
        public void receipt(String id) {
            if (id.equals("sub")) {
                if (--subscriptionsLeft == 0) {
                    subscribed.complete(null);
                }
            } else if (unconfirmed.remove(id)) {
                confirmed.increment();
            }
        }

        @Override
        public void cutOff(String why) {
            open = false;
            cutOff.add("client " + number + ": " + why);
            subscribed.completeExceptionally(new IllegalStateException(why));
        }
    }

    /**
     * Connects everybody and subscribes everything; returns when the tier has confirmed all of it.
     *
     * @param gateways WebSocket endpoints
     * @throws IllegalStateException if a client cannot connect or subscribe in time; the message says what happened
     */
    public void connect(List<URI> gateways, long timeoutSeconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        List<List<TrafficPlan.Place>> places = plan.places();
        for (int from = 0; from < plan.clients(); from += AT_ONCE) {
            List<CompletableFuture<?>> pending = new ArrayList<>();
            for (int number = from; number < Math.min(from + AT_ONCE, plan.clients()); number++) {
                User user = new User(number);
                users.add(user);
                List<TrafficPlan.Place> own = places.get(number);
                pending.add(StompConnection.open(loops, gateways.get(plan.gatewayOf(number)), user)
                        .thenCompose(connection -> {
                            user.connection = connection;
                            user.subscribe(own);
                            return user.subscribed;
                        }));
            }
            await(pending, deadline);
        }
    }

    private void await(List<CompletableFuture<?>> pending, long deadline) {
        try {
            CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new))
                    .get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            long open = pending.stream().filter(p -> !p.isDone()).count();
            throw new IllegalStateException(open + " of " + plan.clients()
                    + " clients had no answer to CONNECT or SUBSCRIBE in time" + firstCutOff());
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("a client could not connect and subscribe: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while clients connect");
        }
    }

    private String firstCutOff() {
        String first = cutOff.peek();
        return first == null ? "" : "; " + first;
    }

    /** Sends one message on the channel by one of its senders. Called by one thread only. */
    @Override
    public void publish(int channel, SplittableRandom random) {
        int number = random.nextInt(TrafficPlan.SENDERS);
        User user = users.get(plan.sender(channel, number));
        if (!user.open) {
            return; // whoever is cut off cannot send; that it was cut off is in the report
        }
        long n = ++last[number][channel];
        String receipt = number + "." + channel + "." + n;
        user.unconfirmed.add(receipt);
        sent.increment();
        Stamp stamp = new Stamp(firstPublisher + number, channel, n, Latencies.now());
        log.accept(stamp);
        user.connection.send(TrafficPlan.name(channel), stamp.encode(), receipt);
        unflushed.add(user);
    }

    @Override
    public void flush() {
        unflushed.forEach(user -> user.connection.flush());
        unflushed.clear();
    }

    /** Messages sent so far. */
    public long sent() {
        return sent.sum();
    }

    /** Messages whose receipt has come. */
    public long confirmed() {
        return confirmed.sum();
    }

    /** Clients whose session ended against their will, with the reasons. */
    public List<String> cutOff() {
        return List.copyOf(cutOff);
    }

    /** What each of the two senders of all channels has published; to be asked when nothing is sent any more. */
    public List<Published> published() {
        List<Published> published = new ArrayList<>();
        for (int number = 0; number < TrafficPlan.SENDERS; number++) {
            Published own = new Published();
            for (int channel = 0; channel < plan.channels(); channel++) {
                own.last(channel, last[number][channel]);
            }
            published.add(own);
        }
        for (User user : users) {
            for (String receipt : user.unconfirmed) {
                String[] parts = receipt.split("\\.", -1);
                published.get(Integer.parseInt(parts[0])).unsure(Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
            }
        }
        return published;
    }

    @Override
    public void close() {
        users.forEach(user -> {
            if (user.connection != null) {
                user.connection.close();
            }
        });
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
