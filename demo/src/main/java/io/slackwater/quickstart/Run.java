package io.slackwater.quickstart;

import io.slackwater.quickstart.check.Checker;
import io.slackwater.quickstart.check.Checker.Counts;
import io.slackwater.quickstart.check.Published;
import io.slackwater.quickstart.page.NearbyFriends;
import io.slackwater.quickstart.report.Frame;
import io.slackwater.quickstart.report.LiveView;
import io.slackwater.quickstart.report.Report;
import io.slackwater.quickstart.report.Report.Latency;
import io.slackwater.quickstart.report.Report.PhaseReport;
import io.slackwater.quickstart.stage.Edge;
import io.slackwater.quickstart.stage.FriendGateways;
import io.slackwater.quickstart.stage.Machine;
import io.slackwater.quickstart.stage.NaiveNodes;
import io.slackwater.quickstart.stage.Operators;
import io.slackwater.quickstart.stage.PubSubTier;
import io.slackwater.quickstart.stage.SlackwaterTier;
import io.slackwater.quickstart.stage.TierState;
import io.slackwater.quickstart.traffic.BackEndLink;
import io.slackwater.quickstart.traffic.Latencies;
import io.slackwater.quickstart.traffic.Pacer;
import io.slackwater.quickstart.traffic.TrafficPlan;
import io.slackwater.quickstart.traffic.WebSocketUsers;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One run from the first process to the report. Its thread goes through the phases one after the other; another one shows how things
 * stand meanwhile.
 */
final class Run implements AutoCloseable {
    static final int FIRST = 3;
    static final int MOST = 5;
    static final int LAST = 2;
    private static final long MOVE_SECONDS = 180;
    private static final long CONNECT_SECONDS = 180;
    private static final long WARM_UP_NANOS = 6_000_000_000L;
    private static final long LONGEST_WARM_UP_NANOS = 60_000_000_000L;
    private static final double PROMPT_MILLIS = 20;
    private static final int BUSY_RATE = 4_000;
    private static final double HOPELESS_MILLIS = 1_000;
    private static final long QUIET_NANOS = 2_000_000_000L;
    private static final long QUIET_WAIT_NANOS = 20_000_000_000L;

    private final Options options;
    private final Path home;
    private final Path state;
    private final LiveView view;
    private final long startedNanos;
    private final TrafficPlan plan;
    private final Checker checker;
    private final Latencies latencies = new Latencies();
    private final WebSocketUsers users;
    private final BackEndLink backEnds;
    private final Machine machine;
    private final PubSubTier tier;
    private final @Nullable SlackwaterTier slackwater;
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final List<PhaseReport> phases = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private List<URI> gateways = List.of();
    private double firstTrafficSeconds;
    private @Nullable NearbyFriends page;
    private volatile boolean staying;
    private volatile String phase = "starting";
    private volatile String note = "";

    /** @param startedNanos when the program began, of {@link System#nanoTime} */
    Run(Options options, TrafficPlan plan, Path home, Path state, LiveView view, long startedNanos) {
        this.options = options;
        this.plan = plan;
        this.home = home;
        this.state = state;
        this.view = view;
        this.startedNanos = startedNanos;
        checker = new Checker(plan.subscriberCounts(), options.publishers + TrafficPlan.SENDERS);
        machine = closing(Machine.start(state, options.rate >= BUSY_RATE));
        if (options.naive) {
            NaiveNodes naive = closing(new NaiveNodes(machine, FIRST, options.channels));
            tier = naive;
            slackwater = null;
        } else {
            SlackwaterTier made = closing(new SlackwaterTier(machine, home));
            tier = made;
            slackwater = made;
        }
        backEnds = closing(new BackEndLink(options.publishers));
        users = closing(new WebSocketUsers(plan, checker, latencies, options.publishers));
    }

    private <T extends AutoCloseable> T closing(T resource) {
        toClose.add(resource);
        return resource;
    }

    /**
     * Goes through all phases.
     *
     * @throws IllegalStateException with a sentence if it cannot go on
     */
    Report execute() {
        start();
        Thread shown = Thread.ofPlatform().daemon().name("view").start(this::show);
        try {
            warmUp();
            hold(FIRST + " nodes");
            move(FIRST, MOST);
            hold(MOST + " nodes");
            move(MOST, LAST);
            hold(LAST + " nodes");
        } finally {
            stop(shown);
        }
        return settle();
    }

    private void start() {
        view.say("Starting "
                + (options.naive
                        ? FIRST + " servers without an operator"
                        : "Kubernetes API, operator and " + FIRST + " pub/sub nodes")
                + "; logs are in " + state.resolve("logs"));
        tier.start();
        Edge edge = new Edge(machine, slackwater == null ? "naive" : slackwater.name(), tier.seeds(), options.naive);
        int subscriptions = plan.places().stream().mapToInt(List::size).max().orElse(1) + 1;
        edge.startGateways(options.gateways, options.clients + 10, subscriptions);
        for (int number = 0; number < options.publishers; number++) {
            edge.startBackEnd(number, backEnds.address(), options.channels, options.seed * 31 + number);
        }
        view.say(String.format(
                Locale.ROOT, "Connecting %,d WebSocket clients to %d gateways", options.clients, options.gateways));
        gateways = edge.awaitGateways(options.gateways);
        users.connect(gateways, CONNECT_SECONDS);
        if (options.page && slackwater != null) {
            servePage(slackwater);
        }
        backEnds.awaitReady(CONNECT_SECONDS);
        double perPublisher = options.rate / (double) (options.publishers + TrafficPlan.SENDERS);
        backEnds.go(perPublisher);
        pacer = new Pacer("senders", perPublisher * TrafficPlan.SENDERS, options.channels, options.seed, users);
        firstTrafficSeconds = (System.nanoTime() - startedNanos) / 1e9;
        view.say(String.format(Locale.ROOT, "First traffic after %.1f s", firstTrafficSeconds));
    }

    private void servePage(SlackwaterTier running) {
        FriendGateways reached = new FriendGateways(machine, running.name());
        page = closing(new NearbyFriends(running, reached, home, options.seed, () -> staying));
        reached.awaitServing(CONNECT_SECONDS);
        view.say("Nearby friends are at " + page.address());
    }

    /**
     * Traffic that counts for the result and not for the latency to compare with: everything is still being compiled. Lasts until
     * messages arrive promptly, so that what the next phases show is theirs; a machine that is too small for the rate does not get there.
     */
    private void warmUp() {
        phase = "warming up";
        long began = System.nanoTime();
        if (slackwater != null && !options.noKill) {
            slackwater.startStandby();
            slackwater.awaitStandby();
        }
        while (System.nanoTime() - began < WARM_UP_NANOS) {
            pauseAndLook();
        }
        double median = medianMillisOfASecond();
        while (median > PROMPT_MILLIS && System.nanoTime() - began < LONGEST_WARM_UP_NANOS) {
            note = String.format(Locale.ROOT, "messages take %.0f ms: not begun yet", median);
            median = medianMillisOfASecond();
        }
        note = "";
        if (median > HOPELESS_MILLIS) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "this machine cannot do %,d messages a second now: half of them took more than %.0f ms before anything"
                            + " had moved; try a lower --rate, or again when it is less busy",
                    options.rate,
                    median));
        }
    }

    private double medianMillisOfASecond() {
        String name = "warm-up " + System.nanoTime();
        latencies.begin(name);
        long began = System.nanoTime();
        while (System.nanoTime() - began < 1_000_000_000L) {
            pauseAndLook();
        }
        return millis(latencies.of(name).getValueAtPercentile(50));
    }

    private @Nullable Pacer pacer;

    private void hold(String name) {
        phase = name;
        long began = begin(name);
        while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(options.duration)) {
            pauseAndLook();
        }
        end(name, began, false, 0, "");
    }

    private void move(int from, int to) {
        String name = from + " -> " + to;
        phase = "scaling " + name;
        boolean kill = slackwater != null && !options.noKill && to > from;
        if (slackwater != null && kill) {
            slackwater.operators().arm();
        }
        long began = begin(name);
        tier.scale(to);
        while (!tier.settled(to)) {
            pauseAndLook();
            if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(MOVE_SECONDS)) {
                problems.add(
                        "the tier did not get from " + from + " to " + to + " nodes within " + MOVE_SECONDS + " s");
                break;
            }
        }
        PubSubTier.Books books = tier.books();
        end(name, began, true, slackwater == null ? 0 : slackwater.movingMillis(), books.sentence());
        note = name + " took " + String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - began) / 1e9);
        if (kill && slackwater != null && slackwater.operators().kill() == null) {
            problems.add("no operator was killed in the middle of a handover");
        }
    }

    private long begin(String name) {
        latencies.begin(name);
        return System.nanoTime();
    }

    private void end(String name, long began, boolean move, long movingMillis, String books) {
        Histogram recorded = latencies.of(name);
        double median = phases.isEmpty() ? 0 : phases.getFirst().latency().p50();
        Latency latency = new Latency(
                recorded.getTotalCount(),
                millis(recorded.getValueAtPercentile(50)),
                millis(recorded.getValueAtPercentile(99)),
                millis(recorded.getMaxValue()));
        phases.add(new PhaseReport(
                name,
                move,
                (System.nanoTime() - began) / 1e9,
                movingMillis,
                latency,
                move ? Math.max(0, latency.max() - median) : 0,
                books));
    }

    private static double millis(long micros) {
        return micros / 1000.0;
    }

    private void pauseAndLook() {
        for (int i = 0; i < 4; i++) {
            Machine.pause();
        }
        List<String> expected =
                slackwater == null ? List.of() : slackwater.operators().names();
        List<String> fallen = machine.fallen(expected);
        if (!fallen.isEmpty()) {
            throw new IllegalStateException(fallen.getFirst());
        }
    }

    /** Stops all publishers, waits until nothing is in flight, and counts. */
    private Report settle() {
        phase = "counting";
        Pacer senders = pacer;
        if (senders != null) {
            senders.close();
        }
        List<Published> published = new ArrayList<>(backEnds.stop());
        awaitQuiet(() -> users.confirmed(), users.sent());
        published.addAll(users.published());
        long confirmed = published.stream().mapToLong(Published::confirmed).sum();
        long expected = confirmed * options.subscribers;
        awaitQuiet(checker::deliveries, expected);
        long lost = checker.lost(published);
        Counts counts = checker.counts();
        judge(lost, counts);
        return new Report(
                options.naive ? "everybody reloads the ring" : "slackwater",
                options.clients,
                options.gateways,
                options.channels,
                options.publishers + TrafficPlan.SENDERS,
                options.subscribers,
                options.seed,
                firstTrafficSeconds,
                backEnds.sent() + users.sent(),
                confirmed,
                published.stream().mapToLong(Published::unsure).sum(),
                published.stream().mapToLong(Published::unsent).sum(),
                expected,
                lost,
                counts,
                users.cutOff(),
                List.copyOf(phases),
                killed(),
                List.copyOf(problems));
    }

    private void judge(long lost, Counts counts) {
        if (options.naive) {
            if (lost == 0) {
                problems.add("nothing was lost without the protocol: either it was luck, or the checker does not see");
            }
            return;
        }
        if (lost > 0) {
            problems.add(lost + " deliveries were lost");
        }
        if (counts.duplicated() > 0) {
            problems.add(counts.duplicated() + " deliveries were duplicates");
        }
        if (counts.outOfOrder() > 0) {
            problems.add(counts.outOfOrder() + " deliveries were out of order");
        }
        if (counts.disagreements() > 0) {
            problems.add("subscribers disagree about the order of " + counts.disagreements() + " messages");
        }
        if (counts.strange() > 0) {
            problems.add(counts.strange() + " deliveries are not as anybody published them");
        }
        if (!users.cutOff().isEmpty()) {
            problems.add(users.cutOff().size() + " clients were cut off");
        }
    }

    private String killed() {
        if (slackwater == null || slackwater.operators().kill() == null) {
            return "";
        }
        Operators operators = slackwater.operators();
        Operators.Kill kill = operators.kill();
        return kill == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s was killed (SIGKILL) with %d handovers open (%s); its successor took over after %.1f s%s",
                        kill.pod(),
                        kill.handovers(),
                        kill.phases(),
                        operators.takenOverMillis() / 1000.0,
                        operators.missed() == 0
                                ? ""
                                : ", and " + operators.missed() + " kills before it came between two handovers");
    }

    private interface Count {
        long now();
    }

    /** Until the count has reached what is expected, or has not changed for a while. */
    private static void awaitQuiet(Count count, long expected) {
        long began = System.nanoTime();
        long changed = began;
        long before = -1;
        while (count.now() < expected
                && System.nanoTime() - changed < QUIET_NANOS
                && System.nanoTime() - began < QUIET_WAIT_NANOS) {
            long now = count.now();
            if (now != before) {
                before = now;
                changed = System.nanoTime();
            }
            Machine.pause();
        }
    }

    private void show() {
        long beforeNanos = System.nanoTime();
        long publishedBefore = 0;
        long deliveredBefore = 0;
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(view.intervalMillis());
                long nanos = System.nanoTime();
                long published = users.confirmed() + backEnds.confirmed();
                Counts counts = checker.counts();
                double seconds = (nanos - beforeNanos) / 1e9;
                TierState state = tier.state();
                view.show(new Frame(
                        (nanos - startedNanos) / 1e9,
                        phase,
                        state,
                        (published - publishedBefore) / seconds,
                        (counts.deliveries() - deliveredBefore) / seconds,
                        counts,
                        users.cutOff().size(),
                        killed().isEmpty() ? note : killed()));
                beforeNanos = nanos;
                publishedBefore = published;
                deliveredBefore = counts.deliveries();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            note = String.valueOf(e.getMessage());
        }
    }

    private void stop(Thread shown) {
        shown.interrupt();
        try {
            shown.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        view.erase();
    }

    /** Lets the clients send again, and shows how things stand, until the process is ended. */
    void stay() throws InterruptedException {
        staying = true;
        phase = "yours";
        note = "";
        pacer = new Pacer("senders", options.rate, options.channels, options.seed + 1, users);
        Thread.ofPlatform().daemon().name("view").start(this::show).join();
    }

    /** How to go on by hand. */
    List<String> invitation() {
        List<String> lines = new ArrayList<>();
        if (page != null) {
            lines.add("  nearby friends        " + page.address());
        }
        gateways.forEach(gateway -> lines.add("  STOMP over WebSocket  " + gateway));
        String url = machine.kubernetes().url();
        lines.add("  kubectl --kubeconfig " + machine.kubeconfig() + " get pubsubclusters,pods");
        if (slackwater != null) {
            lines.add("  kubectl --kubeconfig " + machine.kubeconfig() + " scale pubsubcluster/" + slackwater.name()
                    + " --replicas=4");
            lines.add(
                    "  curl -X PATCH -H 'Content-Type: application/merge-patch+json' -d '{\"spec\":{\"replicas\":4}}' "
                            + url
                            + "/apis/slackwater.io/v1alpha1/namespaces/" + Machine.NAMESPACE + "/pubsubclusters/"
                            + slackwater.name() + "/scale");
        }
        return lines;
    }

    @Override
    public void close() {
        for (AutoCloseable resource : toClose.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                view.say("could not be closed in good order: " + e);
            }
        }
    }
}
