package io.slackwater.operator.gateways;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * After a scale-out, the way of existing connections to the gateways that were added. Pure; a new state at each look.
 *
 * <p>It begins when a tier at rest has a gateway with more than its share that is older than one with less than the mean, and goes on in
 * {@linkplain ShedRound rounds} until no gateway has more than its share, or none that has is left with clients to tell. It is done once
 * for the tier as it is: not again before a gateway is added.
 *
 * <p><b>Each client is told at most once</b>, because only clients are told who connected before the newest gateway was created. One who comes
 * back is younger, wherever he lands. That moment is the same for each operator and each gateway, so nothing has to be remembered for it.
 *
 * @param since when the newest gateway was created
 * @param before what the busiest gateway had of the mean when it began, in per cent
 * @param present what it has now, as far as is known
 * @param told clients told in rounds that are over
 * @param rate of the last round, clients a second; 0 before the first
 * @param exhausted pods with nobody left to tell
 */
public record Shedding(
        Instant since,
        Stage stage,
        int before,
        int present,
        int told,
        int rate,
        @Nullable ShedRound round,
        Set<String> exhausted) {
    /** Smaller tiers are not worth the disturbance, and by lot they do not get even: connections of a gateway in the mean. */
    static final int WORTHWHILE = 50;

    /** Clocks differ, and orders take time: clients who came so long before the newest gateway are spared. */
    static final Duration MARGIN = Duration.ofSeconds(5);

    /** Clients are told to wait up to this long before they connect again: the rate spreads them already. */
    public static final Duration RECONNECT_SPREAD = Duration.ofSeconds(1);

    /** How far it is. */
    public enum Stage {
        /** There is nothing to do, or not yet. */
        WATCHING,
        /** Clients are being told. */
        SHEDDING,
        /** It is done. */
        EVEN,
        /** Nobody is left to tell. */
        EXHAUSTED,
        /** There is a gateway that cannot do it. */
        UNKNOWN
    }

    public Shedding {
        exhausted = Set.copyOf(exhausted);
    }

    /** Before the first look. */
    public static Shedding none() {
        return new Shedding(Instant.MIN, Stage.WATCHING, 0, 0, 0, 0, null, Set.of());
    }

    /** The next state, as the tier is now. */
    public Shedding next(
            WantedGateways wanted, SheddingSettings settings, List<ObservedGateway> gateways, Instant now) {
        Skew skew = Skew.of(wanted, gateways);
        if (skew == null) {
            return interrupted(now);
        }
        Shedding same = skew.since().equals(since) ? this : none().at(skew);
        return same.seen(skew).decide(skew, settings, now);
    }

    /** Who has been asked to tell clients is asked to stop. */
    public Shedding interrupted(Instant now) {
        if (round == null || round.over(now)) {
            return closed();
        }
        return round.stops() || round.doneAt() != null ? this : closed().with(round.stop(now));
    }

    private Shedding decide(Skew skew, SheddingSettings settings, Instant now) {
        if (over() || round != null && !round.over(now)) {
            return this;
        }
        Shedding free = closed();
        boolean begins = stage == Stage.WATCHING;
        if (begins && skew.mean() < WORTHWHILE) {
            return free;
        }
        boolean even = !skew.exceeds(settings.maxOverMeanPercent());
        List<ObservedGateway> above = skew.above(settings.maxOverMeanPercent()).stream()
                .filter(gateway -> !free.exhausted.contains(gateway.name()))
                .toList();
        if (even || above.isEmpty()) {
            return begins ? free : free.to(even ? Stage.EVEN : Stage.EXHAUSTED);
        }
        int next = DrainPace.next(settings.disconnectsPerSecond(), rate, skew.slowest());
        return new Shedding(
                since,
                Stage.SHEDDING,
                begins ? present : before,
                present,
                free.told,
                next,
                ShedRound.of(skew, above, settings.maxOverMeanPercent(), next, now),
                free.exhausted);
    }

    /** What gateways are to be told now. */
    public List<ShedOrder> orders(List<ObservedGateway> gateways, Instant now) {
        return round == null
                ? List.of()
                : round.orders(gateways, Duration.between(since, now).plus(MARGIN));
    }

    /** After these answers, by pod; who did not answer is missing. */
    public Shedding heard(Map<String, ShedAnswer> answers, Instant now) {
        if (round == null) {
            return this;
        }
        Shedding after = with(round.heard(answers, now));
        return answers.values().stream().anyMatch(ShedAnswer.Unknown.class::isInstance)
                ? after.closed().to(Stage.UNKNOWN)
                : after;
    }

    /** Whether clients are being told, or will be. */
    public boolean active() {
        return stage == Stage.SHEDDING;
    }

    /** Whether it has come to its end. */
    public boolean over() {
        return stage == Stage.EVEN || stage == Stage.EXHAUSTED || stage == Stage.UNKNOWN;
    }

    /** Clients told so far. */
    public int toldSoFar() {
        return told + (round == null ? 0 : round.told());
    }

    /** How it stands, one sentence. */
    public String sentence() {
        return switch (stage) {
            case WATCHING -> "no connections are being moved";
            case SHEDDING ->
                "rebalancing connections: busiest " + present + " % of the mean, " + toldSoFar() + " told to go so far";
            case EVEN ->
                "connections are rebalanced: busiest " + present + " % of the mean, before " + before + " %; " + told
                        + " clients were told to go";
            case EXHAUSTED ->
                told == 0
                        ? "no connections are moved: on the busiest gateways all clients came after the newest one"
                        : "connections are rebalanced as far as can be: busiest " + present + " % of the mean, before "
                                + before + " %; " + told
                                + " clients were told to go, and nobody is left there who was not";
            case UNKNOWN ->
                "the image does not know POST /shed: connections stay on the gateways they are on until the next"
                        + " gateway is added";
        };
    }

    private Shedding at(Skew skew) {
        return new Shedding(skew.since(), stage, before, present, told, rate, round, exhausted);
    }

    private Shedding seen(Skew skew) {
        return over() ? this : new Shedding(since, stage, before, skew.busiestPercent(), told, rate, round, exhausted);
    }

    private Shedding with(@Nullable ShedRound other) {
        return new Shedding(since, stage, before, present, told, rate, other, exhausted);
    }

    private Shedding to(Stage other) {
        return new Shedding(since, other, before, present, told, rate, round, exhausted);
    }

    /** What came of the round is kept, and the round is forgotten. */
    private Shedding closed() {
        if (round == null) {
            return this;
        }
        Set<String> all = new HashSet<>(exhausted);
        all.addAll(round.ranOut());
        return new Shedding(since, stage, before, present, told + round.told(), rate, null, all);
    }
}
