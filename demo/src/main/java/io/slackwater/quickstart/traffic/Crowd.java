package io.slackwater.quickstart.traffic;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slackwater.quickstart.check.Stamp;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket users who come back when their gateway tells them to go or dies, as a good client does, and count what they miss while they are
 * away. Each listens to one channel, on which one publisher counts. Thread-safe.
 */
public final class Crowd implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int AT_ONCE = 20;
    private static final long PAUSE_MILLIS = 50;
    private static final int LONGEST_BACKOFF_MILLIS = 4_000;
    private static final int SPREAD_MILLIS = 1_000;
    private static final String TOLD = "closed by the gateway: 1012";
    private static final Pattern DELAY = Pattern.compile("reconnect-after-ms=(\\d{1,7})");

    private final URI gateways;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("crowd", true), NioIoHandler.newFactory());
    private final List<User> users = new ArrayList<>();
    private final Queue<Long> returns = new ConcurrentLinkedQueue<>();
    private final Queue<String> cuts = new ConcurrentLinkedQueue<>();
    private final LongAdder deliveries = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder missed = new LongAdder();
    private final LongAdder again = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private volatile boolean closed;

    /**
     * What they have seen so far.
     *
     * @param users how many there are
     * @param subscribed of these, connected and subscribed now
     * @param told how often one of them was told to come again, over all
     * @param mostOftenTold the same of the one who was told most often
     * @param cut how often a connection ended in another way
     * @param cuts why, the first few
     * @param busiestSecond most connections that were opened again within one second
     * @param deliveries messages received
     * @param lost messages that did not come although their user was there all the time
     * @param missed messages that were published between the last one before an absence and the first one after it
     * @param again messages that a user had had from its former gateway when it came to one that is behind that in time
     * @param repeated messages that came again or too late otherwise
     * @param longestAbsenceMillis longest time from the end of a session to the next subscription
     * @param meanAbsenceMillis mean of these times; 0 without
     */
    public record Counts(
            int users,
            int subscribed,
            int told,
            int mostOftenTold,
            int cut,
            List<String> cuts,
            int busiestSecond,
            long deliveries,
            long lost,
            long missed,
            long again,
            long repeated,
            long longestAbsenceMillis,
            long meanAbsenceMillis) {}

    /**
     * Sends them all off, a few at a time; does not wait.
     *
     * @param gateways where they connect, each time anew: an address behind which are several gateways
     * @param channels how many channels they are spread over
     */
    public Crowd(URI gateways, int users, int channels, long seed) {
        this.gateways = gateways;
        SplittableRandom random = new SplittableRandom(seed);
        for (int number = 0; number < users; number++) {
            User user = new User(number % channels, random.split());
            this.users.add(user);
            user.comeIn(number / AT_ONCE * PAUSE_MILLIS);
        }
    }

    /** Whether all are connected and subscribed. */
    public boolean complete() {
        return users.stream().allMatch(user -> user.fate().subscribed);
    }

    /** What they have seen. */
    public Counts counts() {
        List<Fate> fates = users.stream().map(User::fate).toList();
        long absences = fates.stream().mapToLong(Fate::absences).sum();
        long away = fates.stream().mapToLong(Fate::awayMillis).sum();
        return new Counts(
                users.size(),
                (int) fates.stream().filter(Fate::subscribed).count(),
                fates.stream().mapToInt(Fate::told).sum(),
                fates.stream().mapToInt(Fate::told).max().orElse(0),
                fates.stream().mapToInt(Fate::cut).sum(),
                cuts.stream().limit(5).toList(),
                busiestSecond(),
                deliveries.sum(),
                lost.sum(),
                missed.sum(),
                again.sum(),
                repeated.sum(),
                fates.stream().mapToLong(Fate::longestMillis).max().orElse(0),
                absences == 0 ? 0 : away / absences);
    }

    private int busiestSecond() {
        Deque<Long> within = new ArrayDeque<>();
        int most = 0;
        for (long at : returns.stream().sorted().toList()) {
            within.addLast(at);
            while (at - within.getFirst() >= TimeUnit.SECONDS.toNanos(1)) {
                within.removeFirst();
            }
            most = Math.max(most, within.size());
        }
        return most;
    }

    @Override
    public void close() {
        closed = true;
        users.forEach(User::goHome);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /** What happened to one of them. */
    private record Fate(boolean subscribed, int told, int cut, int absences, long awayMillis, long longestMillis) {}

    private final class User implements StompConnection.Listener {
        private final int channel;
        private final SplittableRandom random;
        private @Nullable StompConnection connection;
        private boolean subscribed;
        private boolean cameBefore;
        private boolean away = true;
        private long leftAt;
        private long last;
        private int failures;
        private int told;
        private int cut;
        private int absences;
        private long awayMillis;
        private long longestMillis;

        User(int channel, SplittableRandom random) {
            this.channel = channel;
            this.random = random;
        }

        synchronized Fate fate() {
            return new Fate(subscribed, told, cut, absences, awayMillis, longestMillis);
        }

        void comeIn(long afterMillis) {
            if (!closed) {
                var unused = loops.schedule(this::connect, afterMillis, TimeUnit.MILLISECONDS);
            }
        }

        private synchronized void connect() {
            if (closed) {
                return;
            }
            if (cameBefore) {
                returns.add(System.nanoTime());
            }
            var unused = StompConnection.open(loops, gateways, this).whenComplete(this::connected);
        }

        private synchronized void connected(@Nullable StompConnection opened, @Nullable Throwable failure) {
            if (opened != null) {
                connection = opened;
                opened.subscribe(channel, TrafficPlan.name(channel), "sub");
            } else { // refused, or nobody there: ever later, spread out
                failures++;
                comeIn(100 + random.nextInt(Math.min(LONGEST_BACKOFF_MILLIS, 200 << Math.min(failures, 10))));
            }
        }

        @Override
        public synchronized void receipt(String id) {
            failures = 0;
            subscribed = true;
            if (cameBefore) {
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - leftAt);
                absences++;
                awayMillis += millis;
                longestMillis = Math.max(longestMillis, millis);
            }
            cameBefore = true;
        }

        @Override
        public synchronized void message(int subscription, byte[] bytes, int from, int to) {
            long n = Stamp.decode(bytes, from, to).n();
            deliveries.increment();
            if (n <= last) {
                (away ? again : repeated).increment();
                return;
            }
            if (last > 0) {
                (away ? missed : lost).add(n - last - 1);
            }
            away = false;
            last = n;
        }

        @Override
        public synchronized void cutOff(String why) {
            if (subscribed) {
                leftAt = System.nanoTime();
            }
            subscribed = false;
            away = true;
            if (closed) {
                return;
            }
            Matcher delay = DELAY.matcher(why);
            if (why.startsWith(TOLD)) {
                told++;
                comeIn(delay.find() ? Long.parseLong(delay.group(1)) : random.nextInt(SPREAD_MILLIS));
            } else {
                cut++;
                cuts.add(why);
                comeIn(random.nextInt(SPREAD_MILLIS));
            }
        }

        synchronized void goHome() {
            if (connection != null) {
                connection.close();
            }
        }
    }
}
