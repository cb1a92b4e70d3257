package io.slackwater.e2e.traffic;

import io.slackwater.client.PubSub;
import io.slackwater.quickstart.check.Checker;
import io.slackwater.quickstart.check.Checker.Counts;
import io.slackwater.quickstart.check.Checker.Message;
import io.slackwater.quickstart.check.Published;
import io.slackwater.quickstart.traffic.BackEnd;
import io.slackwater.quickstart.traffic.Latencies;
import io.slackwater.quickstart.traffic.Pacer;
import io.slackwater.quickstart.traffic.TrafficPlan;
import io.slackwater.quickstart.traffic.WebSocketUsers;
import io.slackwater.ring.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Connects everybody, sends until told to stop, and counts. */
final class TrafficRun {
    private static final int BACK_END = 0;
    private static final int FIRST_USER = 1;
    private static final long CONNECT_SECONDS = 60;
    private static final long PATIENCE_NANOS = 15_000_000_000L;
    private static final long QUIET_NANOS = 2_000_000_000L;

    private final TrafficOptions options;
    private final TrafficPlan plan;
    private final Checker checker;
    private final Latencies latencies = new Latencies();
    private final SentTimes times = new SentTimes();
    private final WebSocketUsers users;
    private final PubSub tier;
    private final BackEnd backEnd;
    private final List<Pacer> pacers = new ArrayList<>();
    private @Nullable TrafficReport end;

    /** Returns when everybody is connected and every subscription confirmed. */
    TrafficRun(TrafficOptions options) {
        this.options = options;
        plan = new TrafficPlan(
                options.clients, options.channels, options.gateways.size(), options.subscribers, options.seed);
        checker = new Checker(plan.subscriberCounts(), FIRST_USER + TrafficPlan.SENDERS);
        tier = options.member.join();
        backEnd = new BackEnd(tier, BACK_END, options.channels, times::sent);
        users = new WebSocketUsers(plan, checker, latencies, FIRST_USER, times::sent);
        users.connect(options.gateways, CONNECT_SECONDS);
        latencies.begin("run");
    }

    synchronized void begin() {
        HotChannels hot = new HotChannels(options.hot, options.hotPercent);
        if (options.backEndRate > 0) {
            pacers.add(
                    new Pacer("back-end", options.backEndRate, options.channels, options.seed, hot.heating(backEnd)));
        }
        if (options.userRate > 0) {
            pacers.add(new Pacer("users", options.userRate, options.channels, options.seed + 1, hot.heating(users)));
        }
    }

    /** How it stands; after {@link #stop} what came of it. */
    synchronized TrafficReport report() {
        return end == null ? report(true, List.of()) : end;
    }

    /** Sends no more, waits for what is in flight, leaves, and reports. Calling it again returns the same. */
    synchronized TrafficReport stop() {
        if (end == null) {
            pacers.forEach(Pacer::close);
            awaitQuiet();
            end = report(false, published());
            users.close();
            tier.close(); // leaves its books
        }
        return end;
    }

    /** Until every publish has its answer, nothing has arrived for a while, and nothing is missing; or patience ends. */
    private void awaitQuiet() {
        long begun = System.nanoTime();
        long before = -1;
        long quietSince = begun;
        while (System.nanoTime() - begun < PATIENCE_NANOS
                && (open() || System.nanoTime() - quietSince < QUIET_NANOS || checker.lost(published()) > 0)) {
            if (checker.deliveries() != before) {
                before = checker.deliveries();
                quietSince = System.nanoTime();
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private boolean open() {
        return backEnd.inFlight()
                || users.confirmed() < users.sent() && users.cutOff().isEmpty();
    }

    private List<Published> published() {
        Published own = new Published();
        for (int channel = 0; channel < options.channels; channel++) {
            own.last(channel, backEnd.last(channel));
        }
        backEnd.open().forEach((message, fate) -> {
            switch (fate) {
                case UNSENT -> own.unsent(message.channel(), message.n());
                case UNSURE, IN_FLIGHT -> own.unsure(message.channel(), message.n());
            }
        });
        List<Published> all = new ArrayList<>(List.of(own));
        all.addAll(users.published());
        return all;
    }

    private TrafficReport report(boolean running, List<Published> published) {
        Counts counts = checker.counts();
        List<Message> lost = checker.lostMessages(published);
        List<Message> affected = new ArrayList<>(lost);
        affected.addAll(unconfirmed(published));
        List<String> named = affected.stream()
                .limit(TrafficReport.MOST_NAMED)
                .map(message -> "%s (slot %d): message %d of publisher %d, sent %s"
                        .formatted(
                                TrafficPlan.name(message.channel()),
                                Slots.of(TrafficPlan.name(message.channel())),
                                message.n(),
                                message.publisher(),
                                times.of(message)))
                .toList();
        return new TrafficReport(
                running,
                backEnd.sent() + users.sent(),
                backEnd.confirmed() + users.confirmed(),
                published.stream().mapToLong(Published::unsure).sum(),
                published.stream().mapToLong(Published::unsent).sum(),
                counts.deliveries(),
                lost.size(),
                counts.duplicated(),
                counts.outOfOrder(),
                counts.disagreements(),
                counts.strange(),
                users.cutOff(),
                named,
                times.windowMillis(affected),
                latencies.of("run").getMaxValue() / 1000);
    }

    private List<Message> unconfirmed(List<Published> published) {
        List<Message> messages = new ArrayList<>();
        for (int publisher = 0; publisher < published.size(); publisher++) {
            for (int channel = 0; channel < options.channels; channel++) {
                Set<Long> numbers = published.get(publisher).unconfirmed(channel);
                for (long n : numbers) {
                    messages.add(new Message(publisher, channel, n));
                }
            }
        }
        return messages;
    }
}
