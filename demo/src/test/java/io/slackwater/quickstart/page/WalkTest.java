package io.slackwater.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WalkTest {
    @Test
    void stepsAreSmallAndNobodyLeavesTheMap() {
        SplittableRandom random = new SplittableRandom(1);
        for (int friend = 0; friend < 100; friend++) {
            Walk walk = new Walk(random.split());
            double way = 0;
            for (int step = 0; step < 2_000; step++) {
                double x = walk.x();
                double y = walk.y();
                walk.step(0.2);
                double distance = Math.hypot(walk.x() - x, walk.y() - y);
                assertThat(distance).isLessThan(0.0071);
                way += distance;
                assertThat(walk.x()).isBetween(0.0, 1.0);
                assertThat(walk.y()).isBetween(0.0, 1.0);
            }
            assertThat(way).isGreaterThan(4);
        }
    }
}
