package io.slackwater.operator.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Seeded lives of a tier: the rules that must hold whatever happens, and that it comes to rest. */
class GatewaySimulationTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("slackwater.seeds", 120));
    }

    /** The operator dies now and then; nothing else goes wrong. */
    @ParameterizedTest
    @MethodSource("seeds")
    void one_change_tells_each_client_at_most_once(long seed) {
        Random random = new Random(seed);
        SimulatedGateways tier = new SimulatedGateways(seed);
        tier.settle(LIMIT);
        tier.operatorMayDie(true);
        if (random.nextBoolean()) {
            tier.want(3, "r1");
        } else {
            tier.want(1 + random.nextInt(2), "r0");
        }
        tier.settle(LIMIT);
        assertThat(Arrays.stream(tier.told()).max().orElseThrow())
                .as("how often the most disturbed client was told to go")
                .isEqualTo(1);
    }

    /** The gateways of one machine are evicted, one after the other where the budget has its way. The operator dies now and then. */
    @ParameterizedTest
    @MethodSource("seeds")
    void drain_of_a_machine_tells_each_client_at_most_once(long seed) {
        SimulatedGateways tier = new SimulatedGateways(seed);
        tier.want(1 + new Random(seed).nextInt(6), "r0");
        tier.settle(LIMIT);
        int[] before = tier.told();
        tier.operatorMayDie(true);
        tier.drainMachine();
        tier.settle(LIMIT);
        int[] told = tier.told();
        assertThat(IntStream.range(0, told.length)
                        .map(i -> told[i] - before[i])
                        .max()
                        .orElseThrow())
                .as("how often the most disturbed client was told to go")
                .isLessThanOrEqualTo(1);
    }

    /** Kills, evictions, gateways that cannot be reached, changed minds, dying operators, in any order. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatever_happens_it_comes_to_rest_and_no_client_is_told_more_often_than_there_were_causes(long seed) {
        Random random = new Random(seed);
        SimulatedGateways tier = new SimulatedGateways(seed);
        tier.settle(LIMIT);
        tier.operatorMayDie(true);
        for (int event = 0; event < 12; event++) {
            switch (random.nextInt(7)) {
                case 0 -> tier.want(1 + random.nextInt(5), tier.wanted().revision());
                case 1 -> tier.want(tier.wanted().replicas(), "r" + random.nextInt(3));
                case 2 -> tier.killSomething();
                case 3 -> tier.askSomethingToGo();
                case 4 -> tier.cutOffSomething(true);
                case 5 -> tier.drainMachine();
                default -> tier.reachAll();
            }
            tier.run(Duration.ofSeconds(random.nextInt(30)));
        }
        tier.reachAll();
        tier.settle(LIMIT);
        assertThat(Arrays.stream(tier.told()).max().orElseThrow())
                .as("how often the most disturbed client was told to go")
                .isLessThanOrEqualTo(tier.causes());
    }
}
