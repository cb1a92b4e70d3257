package io.slackwater.operator.gateways;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One round of a {@link Shedding}: some gateways tell some clients, and then it is waited until these are where they will be. Pure.
 *
 * @param id unique, unless two operators begin in the same millisecond
 * @param overdue no later than then it is over, whoever has not answered
 * @param shares by pod
 * @param doneAt since when all that was asked for is done; null before
 */
record ShedRound(
        String id,
        Instant overdue,
        Map<String, Share> shares,
        @Nullable Instant doneAt) {
    /** No round is planned to take longer, so that the next one sees what became of it. */
    static final int SECONDS = 10;

    /** Until clients that are gone are back: twice the time that they are told to wait at most. */
    static final Duration SETTLING = Duration.ofSeconds(2);

    /** For clients that go by themselves, and for gateways that do not answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * What one gateway is asked for, and has done.
     *
     * @param rate clients a second
     * @param told so far
     * @param done whether it has nobody left to tell, and all it told are gone
     */
    record Share(int clients, int rate, int told, boolean done) {
        boolean ranOut() {
            return done && told < clients;
        }
    }

    ShedRound {
        shares = Map.copyOf(shares);
    }

    /**
     * Plans a round. Clients come back through a Service and land anywhere, so that of those who are told a part comes back to gateways that are
     * too busy as well: with k of n gateways telling, an excess shrinks by n-k of n of what is told. That much more is told, but
     * never more than is above the mean.
     *
     * @param above the gateways that are too busy, the busiest first; fewer than all
     * @param rate clients a second, of all together
     */
    static ShedRound of(Skew skew, List<ObservedGateway> above, int maxOverMeanPercent, int rate, Instant now) {
        int all = skew.gateways().size();
        double aim = skew.mean() * (1 + (maxOverMeanPercent - 100) * 0.0075); // three quarters of the way to the bound
        double more = all / (double) (all - above.size());
        Map<String, Integer> wanted = new LinkedHashMap<>();
        for (ObservedGateway gateway : above) {
            double excess = Math.min(gateway.connections() - skew.mean(), (gateway.connections() - aim) * more);
            wanted.put(gateway.name(), Math.max(1, (int) excess));
        }
        double total = wanted.values().stream().mapToInt(Integer::intValue).sum();
        double part = Math.min(1, rate * (double) SECONDS / total);
        Map<String, Share> shares = new HashMap<>();
        int left = rate;
        long slowest = 0;
        for (Map.Entry<String, Integer> each : wanted.entrySet()) {
            if (left > 0) {
                int clients = Math.max(1, (int) (each.getValue() * part));
                int own = Math.min(left, Math.max(1, (int) (rate * each.getValue() / total)));
                left -= own;
                slowest = Math.max(slowest, clients / own);
                shares.put(each.getKey(), new Share(clients, own, 0, false));
            }
        }
        return new ShedRound(id(skew.since(), now), now.plusSeconds(slowest).plus(PATIENCE), shares, null);
    }

    private static String id(Instant since, Instant now) {
        return since.getEpochSecond() + "." + now.toEpochMilli();
    }

    /** A round that ends what this one began; said no longer than that would last. */
    ShedRound stop(Instant now) {
        Map<String, Share> none = shares.entrySet().stream()
                .filter(each -> !each.getValue().done())
                .collect(Collectors.toMap(Map.Entry::getKey, each -> new Share(0, 1, 0, false)));
        return new ShedRound(id + ".stop", now.plusSeconds(SECONDS), none, none.isEmpty() ? now : null);
    }

    boolean stops() {
        return shares.values().stream().allMatch(share -> share.clients() == 0);
    }

    boolean over(Instant now) {
        return !now.isBefore(overdue) || doneAt != null && !now.isBefore(doneAt.plus(SETTLING));
    }

    int told() {
        return shares.values().stream().mapToInt(Share::told).sum();
    }

    /** Those who had fewer clients to tell than they were asked for. */
    Set<String> ranOut() {
        return shares.entrySet().stream()
                .filter(each -> each.getValue().ranOut())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** What to say to those who are there and are not done. */
    List<ShedOrder> orders(List<ObservedGateway> gateways, Duration olderThan) {
        List<ShedOrder> orders = new ArrayList<>();
        for (ObservedGateway gateway : gateways) {
            Share share = shares.get(gateway.name());
            if (share != null && !share.done() && !gateway.pod().host().isEmpty()) {
                orders.add(new ShedOrder(gateway, id, share.clients(), olderThan, share.rate()));
            }
        }
        return orders;
    }

    /** After these answers, by pod; an answer to another order does not count. */
    ShedRound heard(Map<String, ShedAnswer> answers, Instant now) {
        Map<String, Share> after = new HashMap<>(shares);
        answers.forEach((pod, answer) -> {
            Share share = after.get(pod);
            if (share != null
                    && answer instanceof ShedAnswer.Said said
                    && said.id().equals(id)) {
                boolean done = said.remaining() == 0 && (share.clients() == 0 || said.staying() == 0);
                after.put(
                        pod,
                        new Share(
                                share.clients(),
                                share.rate(),
                                Math.min(share.clients(), Math.max(share.told(), said.told())),
                                done));
            }
        });
        boolean done = after.values().stream().allMatch(Share::done);
        return new ShedRound(id, overdue, after, doneAt == null && done ? now : doneAt);
    }
}
