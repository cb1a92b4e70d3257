package io.slackwater.operator.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Seeded scale-outs of several sizes: where they end, whom they disturb, and what stops them. */
class SheddingSimulationTest {
    private static final SheddingSettings SETTINGS = new SheddingSettings(110, 50);

    static Stream<Arguments> sizes() {
        int seeds = Integer.getInteger("slackwater.seeds", 120) / 15;
        return Stream.of(
                        Arguments.of(1, 1, 800),
                        Arguments.of(2, 1, 1000),
                        Arguments.of(3, 1, 1200),
                        Arguments.of(5, 1, 2500),
                        Arguments.of(3, 3, 1500),
                        Arguments.of(2, 6, 1500))
                .flatMap(size -> IntStream.range(0, seeds)
                        .mapToObj(seed -> Arguments.of(seed, size.get()[0], size.get()[1], size.get()[2])));
    }

    private static SimulatedShedding scaledOut(long seed, int old, int added, int perOld, boolean leastConnections) {
        SimulatedShedding tier = new SimulatedShedding(seed, SETTINGS, leastConnections);
        tier.scaleOut(old);
        tier.arrive(old * perOld);
        tier.run(Duration.ofMinutes(1));
        assertThat(tier.toldAtAll()).as("told before the scale-out").isZero();
        tier.scaleOut(added);
        return tier;
    }

    /**
     * With k of n gateways old, and clients that land anywhere, the share f of all that gets the busiest to 110 % of the mean is (n/k - 1.1) /
     * (n/k - 1). Somewhat more are told, for by lot the old ones do not get even among each other.
     */
    @ParameterizedTest
    @MethodSource("sizes")
    void clients_that_land_anywhere_end_within_the_bound_and_each_is_told_once(
            int seed, int old, int added, int perOld) {
        SimulatedShedding tier = scaledOut(seed, old, added, perOld, false);
        tier.settle();
        double ratio = (old + added) / (double) old;
        double needed = (ratio - 1.1) / (ratio - 1) * old * perOld;
        assertThat(tier.shedding().stage()).as(tier::describe).isEqualTo(Shedding.Stage.EVEN);
        assertThat(tier.busiest()).as(tier::describe).isLessThanOrEqualTo(110);
        assertThat(tier.mostOftenTold()).isEqualTo(1);
        assertThat((double) tier.toldAtAll()).as("told, of %s needed", needed).isLessThanOrEqualTo(1.3 * needed + 30);
        assertThat(tier.shedding().toldSoFar()).isEqualTo(tier.toldAtAll());
        assertThat(tier.mostInASecond()).as("told in a second").isLessThanOrEqualTo(2 * 50);
        int told = tier.toldAtAll();
        tier.run(Duration.ofMinutes(5));
        assertThat(tier.toldAtAll()).as("it is over").isEqualTo(told);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void behind_least_connections_no_more_are_told_than_are_above_the_bound(int seed, int old, int added, int perOld) {
        SimulatedShedding tier = scaledOut(seed, old, added, perOld, true);
        tier.settle();
        double mean = old * perOld / (double) (old + added);
        assertThat(tier.busiest()).as(tier::describe).isLessThanOrEqualTo(110);
        assertThat(tier.mostOftenTold()).isEqualTo(1);
        assertThat((double) tier.toldAtAll()).isLessThanOrEqualTo(old * (perOld - mean) * 1.05 + old);
    }

    /** By lot a small tier does not always get within the bound; it ends in any case. */
    @ParameterizedTest
    @CsvSource({"2, 1, 80", "3, 3, 120", "1, 3, 210", "20, 4, 70"})
    void small_tiers_come_to_an_end(int old, int added, int perOld) {
        for (int seed = 0; seed < 20; seed++) {
            SimulatedShedding tier = scaledOut(seed, old, added, perOld, false);
            tier.settle();
            assertThat(tier.mostOftenTold()).isEqualTo(1);
            assertThat(tier.busiest()).as(tier::describe).isLessThan(140);
        }
    }

    /** Deaths, silence, operators that start anew, a scale-in that begins midway, in any order. */
    @ParameterizedTest
    @MethodSource("sizes")
    void whatever_happens_nobody_is_told_twice_and_it_ends(int seed, int old, int added, int perOld) {
        Random random = new Random(seed);
        SimulatedShedding tier = scaledOut(seed, old, added, perOld, random.nextBoolean());
        for (int event = 0; event < 5; event++) {
            tier.run(Duration.ofSeconds(random.nextInt(12)));
            switch (random.nextInt(4)) {
                case 0 -> {
                    tier.kill();
                    stops(tier);
                    tier.restart();
                }
                case 1 -> {
                    tier.fallSilent(true);
                    tier.run(Duration.ofSeconds(random.nextInt(20)));
                    tier.fallSilent(false);
                }
                case 2 -> {
                    tier.operatorStartsAnew();
                    tier.run(Duration.ofSeconds(
                            ShedRound.SECONDS + 2)); // a round that it knows nothing of ends by itself
                }
                default -> tier.run(Duration.ofSeconds(3));
            }
        }
        if (added > 1 && random.nextBoolean()) {
            tier.scaleIn();
            stops(tier);
            tier.scaleInEnds();
        }
        tier.run(Duration.ofMinutes(30));
        assertThat(tier.shedding().active()).as(tier::describe).isFalse();
        assertThat(tier.mostOftenTold()).isLessThanOrEqualTo(1);
    }

    /** The look that sees it is the last one at which somebody may be told. */
    private static void stops(SimulatedShedding tier) {
        tier.run(SimulatedShedding.STEP);
        int told = tier.toldAtAll();
        tier.run(Duration.ofSeconds(60));
        assertThat(tier.toldAtAll()).as(tier::describe).isEqualTo(told);
    }
}
