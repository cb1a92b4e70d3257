package io.slackwater.quickstart.page;

import java.util.SplittableRandom;

/** Somebody who strolls through a square of side 1, from one place drawn by lot to the next, and turns as people do. For one thread. */
final class Walk {
    private static final double NEAR = 0.05;
    private static final double TURN_PER_SECOND = 1.5;
    private static final double SLOWEST = 0.015;
    private static final double FASTEST = 0.035;

    private final SplittableRandom random;
    private final double speed;
    private double x;
    private double y;
    private double heading;
    private double targetX;
    private double targetY;

    Walk(SplittableRandom random) {
        this.random = random;
        speed = random.nextDouble(SLOWEST, FASTEST);
        x = random.nextDouble();
        y = random.nextDouble();
        heading = random.nextDouble(2 * Math.PI);
        aim();
    }

    private void aim() {
        targetX = random.nextDouble();
        targetY = random.nextDouble();
    }

    void step(double seconds) {
        if (Math.hypot(targetX - x, targetY - y) < NEAR) {
            aim();
        }
        double turn = Math.IEEEremainder(Math.atan2(targetY - y, targetX - x) - heading, 2 * Math.PI);
        heading += Math.clamp(turn, -TURN_PER_SECOND * seconds, TURN_PER_SECOND * seconds);
        x = Math.clamp(x + Math.cos(heading) * speed * seconds, 0, 1);
        y = Math.clamp(y + Math.sin(heading) * speed * seconds, 0, 1);
    }

    /** 0 to 1. */
    double x() {
        return x;
    }

    /** 0 to 1. */
    double y() {
        return y;
    }
}
