package io.slackwater.ring.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulation sees: each rule that is broken on purpose is caught within the number of seeds stated in {@link Broken}, while
 * the unbroken protocol passes the same seeds. {@code docs/simulation.md} lists in which seed each was caught when this was written.
 */
class BrokenVariantsTest {
    @ParameterizedTest
    @EnumSource
    void is_caught(Broken broken) {
        for (long seed = 1; seed <= broken.seeds; seed++) {
            List<String> wrongs = new World(broken.scenario, seed, broken.bending(), false).run();
            assertThat(new World(broken.scenario, seed, new Bending(), false).run())
                    .as("unbroken, -Dsim.scenario=%s -Dsim.seed=%d", broken.scenario, seed)
                    .isEmpty();
            if (!wrongs.isEmpty()) {
                System.out.printf("| %s | %s | %d | %s |%n", broken, broken.scenario, seed, wrongs.getFirst());
                return;
            }
        }
        throw new AssertionError(broken + " was not caught in " + broken.seeds + " seeds of " + broken.scenario);
    }
}
