package io.slackwater.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.scaling.ScalingPolicy.Situation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds whatever the metrics, the past, the outlook and the windows are: for 500 histories of a hundred looks each. */
class ScalingPropertiesTest {
    private static final int LOOKS = 100;

    private static final class Run {
        final Random random;
        final Situations at = new Situations();
        final Metric cpu = new Metric("cpu", 60, Metric.Kind.Value);
        List<Reading> readings = List.of();
        Situation before;
        ScalingDecision decision;

        Run(long seed) {
            random = new Random(seed);
            int min = 1 + random.nextInt(4);
            at.settings = new ScalingSettings(
                    min,
                    min + random.nextInt(12),
                    random.nextInt(60),
                    0.1,
                    Behavior.DEFAULT,
                    new Prices(random.nextInt(80), random.nextInt(20), 1 + random.nextInt(9)),
                    Duration.ofMinutes(random.nextInt(10)),
                    ZoneOffset.UTC,
                    false);
            int size = min + random.nextInt(at.settings.max() - min + 1);
            at.tier(size, size, false);
            at.outlook = outlook();
            before = situation();
            decision = ScalingPolicy.decide(before);
        }

        Situation situation() {
            return new Situation(
                    at.settings, at.past, readings, at.tier, at.outlook, at.open, "opens at 23:00 UTC", at.now);
        }

        Outlook outlook() {
            Outlook outlook = Situations.stepped(
                    random.nextDouble() * 12, random.nextInt(Outlook.BINS), random.nextDouble() * 12);
            for (int bin = 0; bin < outlook.open().length; bin++) {
                outlook.open()[bin] = random.nextBoolean();
            }
            return outlook;
        }

        Sample sample() {
            return switch (random.nextInt(12)) {
                case 0 -> new Sample.Missing();
                case 1 -> new Sample.NotANumber();
                case 2 -> new Sample.Stale(Duration.ofMinutes(6));
                case 3 -> new Sample.Failed("was answered with 503");
                default -> new Sample.Value(random.nextDouble() * (random.nextInt(4) == 0 ? 12_000 : 3_000));
            };
        }

        void look() {
            if (random.nextInt(10) == 0) {
                at.outlook = outlook();
            }
            at.open = random.nextInt(3) > 0;
            int goal = random.nextInt(4) > 0 ? at.tier.goal() : decision.desired();
            int serving = random.nextInt(3) > 0 ? goal : at.tier.serving();
            at.tier = new Tier(serving, goal, serving != goal || random.nextInt(5) == 0, 100 + random.nextInt(60), 125);
            Sample cpuSays = random.nextBoolean() ? new Sample.Value(random.nextInt(90)) : sample();
            readings = List.of(new Reading(Situations.LOAD, sample()), new Reading(cpu, cpuSays));
            before = situation();
            at.now = at.now.plusSeconds(15 + random.nextInt(3) * 60L);
            decision = ScalingPolicy.decide(before);
            at.past = decision.past();
        }

        boolean bad() {
            return readings.stream().anyMatch(reading -> !(reading.sample() instanceof Sample.Value));
        }
    }

    @Property(tries = 500)
    void the_rules_hold(@ForAll long seed) {
        Run run = new Run(seed);
        for (int look = 0; look < LOOKS; look++) {
            run.look();
            Tier tier = run.at.tier;
            int desired = run.decision.desired();
            String what = "look " + look + " of seed " + seed + ": " + run.decision.reason();
            assertThat(desired).as(what).isBetween(run.at.settings.min(), run.at.settings.max());
            if (tier.moving()) {
                assertThat(desired)
                        .as("nothing is scaled in while slots move; " + what)
                        .isGreaterThanOrEqualTo(tier.goal());
            }
            if (tier.goal() < tier.serving()) {
                assertThat(desired).as("a scale-in is not reversed; " + what).isEqualTo(tier.goal());
            }
            if (run.bad()) {
                assertThat(desired).as("bad metrics never scale in; " + what).isGreaterThanOrEqualTo(tier.goal());
            }
            if (!run.at.open) {
                assertThat(desired).as("no window, no scale-in; " + what).isGreaterThanOrEqualTo(tier.goal());
            }
            assertThat(run.decision.reason())
                    .as(what)
                    .isNotBlank()
                    .doesNotContain("NaN")
                    .doesNotEndWith(".");
            assertThat(ScalingPolicy.decide(run.before))
                    .as("the same again; " + what)
                    .isEqualTo(run.decision);
        }
    }

    @Property(tries = 200)
    void nothing_is_scaled_in_within_a_stabilisation_window_of_the_begin(@ForAll long seed) {
        Run run = new Run(seed);
        Instant begin = run.at.now;
        while (Duration.between(begin, run.at.now).compareTo(Duration.ofMinutes(5)) < 0) {
            run.look();
            assertThat(run.decision.desired())
                    .as("seed " + seed + ": " + run.decision.reason())
                    .isGreaterThanOrEqualTo(run.at.tier.goal());
        }
    }

    @Property(tries = 200)
    void more_load_never_makes_it_smaller(@ForAll long seed) {
        Run run = new Run(seed);
        run.look();
        Situation one = run.before;
        double more = 1 + run.random.nextDouble() * 3;
        Situation other = new Situation(
                one.settings(),
                one.past(),
                one.readings().stream()
                        .map(reading -> reading.sample() instanceof Sample.Value sample
                                ? new Reading(reading.metric(), new Sample.Value(sample.value() * more))
                                : reading)
                        .toList(),
                one.tier(),
                one.outlook(),
                one.windowOpen(),
                one.window(),
                one.now());
        assertThat(ScalingPolicy.decide(other).desired())
                .as("seed " + seed)
                .isGreaterThanOrEqualTo(run.decision.desired());
    }
}
