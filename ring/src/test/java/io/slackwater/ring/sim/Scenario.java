package io.slackwater.ring.sim;

import java.util.SplittableRandom;

/** Kinds of runs: each makes some faults frequent. The seed draws the rest. */
enum Scenario {
    /** Nothing goes wrong: nothing is lost, and the books say so. */
    CALM,
    /** Members join, leave, subscribe, unsubscribe and use patterns; nodes join and leave. Nothing goes wrong. */
    BUSY,
    /** One message is lost between the socket and the application of one member: the books must show it. */
    DROP_ONE,
    /** Connections that stall, but less than anybody's patience. */
    STALLS,
    SUBSCRIBER_CUTS,
    PUBLISHER_CUTS,
    /** All kinds of connections are cut, the coordinator's too. */
    CUTS,
    /** Members that do nothing for a while, up to far beyond their time. */
    HUNG,
    /** Connections that stall beyond everybody's patience. */
    LATE,
    /** Members that crash, or hang for ever. */
    LOST_MEMBERS,
    COORDINATOR_CRASHES,
    /** A successor takes over while its predecessor goes on; and the API loses answers. */
    TWO_COORDINATORS,
    /** Nodes die: source, target or another one. */
    NODE_DEATHS,
    /** A node is said to be dead and is not. */
    FALSE_VERDICTS,
    /** A node's process restarts empty at the same address. */
    RESTARTS,
    /** Handovers are given up. */
    ABORTS,
    /** So much is published that members may not hold it all. */
    BYTES,
    /** Everything at once. */
    EVERYTHING,
    // Last: a seed means something else for every scenario whose place changes.
    /** Nothing goes wrong, but answers are often slower than the coordinator likes, so that it asks again. */
    SLOW_ANSWERS,
    /** Members of two versions of the protocol, which come and go. Nothing goes wrong: nobody may notice. */
    VERSION_SKEW,
    /** The same, and everything at once. */
    VERSION_SKEW_AND_EVERYTHING;

    /** Draws a plan. */
    Plan plan(SplittableRandom random) {
        Plan plan = sizes(random);
        switch (this) {
            case CALM -> plan.calm = true;
            case BUSY -> {
                plan.calm = true;
                plan.joiners = random.nextInt(3);
                plan.churns = 4 + random.nextInt(14);
                plan.echoPercent = 60;
                plan.patterns = random.nextInt(4);
                plan.leavers = random.nextInt(2);
                plan.nodeJoins = random.nextInt(2);
                plan.retirements = random.nextInt(2);
                plan.stalls = 1 + random.nextInt(5);
                plan.stallFor = 60_000;
            }
            case DROP_ONE -> {
                plan.calm = true;
                plan.dropOnes = 1;
            }
            case STALLS -> {
                plan.calm = true;
                plan.stalls = 1 + random.nextInt(6);
                plan.stallFor = 80_000;
                plan.joiners = random.nextInt(2);
            }
            case SUBSCRIBER_CUTS -> {
                plan.subscriberCuts = 3 + random.nextInt(6);
                plan.echoPercent = 50;
                plan.churns = random.nextInt(6);
                plan.patterns = random.nextInt(2);
                plan.moves += 1;
                plan.prompt = true;
            }
            case PUBLISHER_CUTS -> {
                plan.publisherCuts = random.nextInt(3);
                plan.limps = 2 + random.nextInt(5);
                plan.joiners = random.nextInt(2);
                plan.stalls = 1 + random.nextInt(5);
                plan.stallFor = 60_000;
                plan.moves += 1;
                plan.prompt = true;
            }
            case SLOW_ANSWERS -> {
                plan.calm = true;
                plan.slowAfterMillis = 10;
                plan.stalls = 4 + random.nextInt(8);
                plan.stallFor = 60_000;
                plan.maxOpen = 2 + random.nextInt(3);
                plan.moves += 3;
                plan.window += 300_000;
            }
            case CUTS -> {
                plan.subscriberCuts = random.nextInt(3);
                plan.publisherCuts = random.nextInt(3);
                plan.coordinatorCuts = 1 + random.nextInt(3);
                plan.stalls = random.nextInt(3);
                plan.stallFor = 60_000;
                plan.joiners = random.nextInt(2);
                plan.churns = random.nextInt(6);
            }
            case HUNG -> {
                plan.hangs = 1 + random.nextInt(2);
                plan.hangFor = 200_000 + random.nextLong(4_000_000);
                plan.stalls = random.nextInt(3);
                plan.stallFor = 300_000;
            }
            case LATE -> {
                plan.stalls = 1 + random.nextInt(5);
                plan.stallFor = 3_000_000;
                plan.window = 600_000 + random.nextLong(1_000_000);
                plan.messages += 30;
            }
            case LOST_MEMBERS -> {
                plan.crashes = random.nextInt(2);
                plan.vanishings = 1 - plan.crashes + random.nextInt(2) * plan.crashes;
                plan.members++;
            }
            case COORDINATOR_CRASHES -> {
                plan.coordinatorCrashes = 1 + random.nextInt(3);
                plan.coordinatorCuts = random.nextInt(2);
                plan.storeFaultPercent = random.nextInt(3) == 0 ? 20 : 0;
                plan.joiners = random.nextInt(2);
                plan.churns = random.nextInt(6);
            }
            case TWO_COORDINATORS -> {
                plan.successors = 1 + random.nextInt(2);
                plan.coordinatorHangs = random.nextInt(2);
                plan.storeFaultPercent = random.nextBoolean() ? 25 : 0;
                plan.subscriberCuts = random.nextInt(2);
                plan.publisherCuts = random.nextInt(2);
                plan.aborts = random.nextInt(2);
                plan.coordinatorCuts = random.nextInt(3);
                plan.stalls = random.nextInt(6);
                plan.stallFor = 120_000;
                plan.moves += 1;
            }
            case NODE_DEATHS -> {
                plan.deaths = 1;
                plan.nodes = Math.max(plan.nodes, 3);
                plan.stalls = random.nextInt(2);
                plan.stallFor = 60_000;
                plan.noticeDeath = random.nextBoolean() ? 20_000 : 400_000;
            }
            case FALSE_VERDICTS -> {
                plan.falseVerdicts = 1;
                plan.nodes = Math.max(plan.nodes, 3);
                plan.stalls = random.nextInt(6);
                plan.stallFor = 60_000;
                plan.moves += 1;
            }
            case RESTARTS -> {
                plan.restarts = 1;
                plan.nodes = Math.max(plan.nodes, 3);
                plan.noticeDeath = random.nextBoolean() ? 20_000 : 400_000;
            }
            case ABORTS -> {
                plan.aborts = 2 + random.nextInt(4);
                plan.tags = 2;
                plan.nodes = Math.max(plan.nodes, 3);
                plan.moves += 4;
                plan.stalls = random.nextInt(6);
                plan.stallFor = 60_000;
                plan.publisherCuts = random.nextInt(3);
            }
            case BYTES -> {
                plan.bigPayloadPercent = 60;
                plan.stalls = 1 + random.nextInt(3);
                plan.stallFor = 400_000;
                plan.messages += 20;
            }
            case EVERYTHING -> everything(plan, random);
            case VERSION_SKEW -> {
                plan.calm = true;
                plan.oldPercent = 15 + random.nextInt(40);
                plan.lookEvery = 40_000 + random.nextInt(3) * 700_000L;
                plan.members = 1 + random.nextInt(3);
                plan.joiners = 1 + random.nextInt(4);
                plan.leavers = random.nextInt(3);
                plan.nodeJoins = random.nextInt(2);
                plan.retirements = random.nextInt(2);
                plan.churns = random.nextInt(8);
                plan.stalls = random.nextInt(4);
                plan.stallFor = 60_000;
                plan.moves += 3;
                plan.window += 300_000;
            }
            case VERSION_SKEW_AND_EVERYTHING -> {
                everything(plan, random);
                plan.oldPercent = random.nextInt(60);
                plan.lookEvery = 40_000 + random.nextInt(3) * 700_000L;
                plan.joiners++;
            }
        }
        plan.prompt |= plan.calm;
        return plan;
    }

    private static Plan sizes(SplittableRandom random) {
        Plan plan = new Plan();
        plan.nodes = 2 + random.nextInt(3);
        plan.members = 2 + random.nextInt(2);
        plan.tags = 2 + random.nextInt(5);
        plan.channelsPerTag = 1 + random.nextInt(2);
        plan.messages = 30 + random.nextInt(50);
        plan.publishersPerNode = 1 + random.nextInt(2);
        plan.maxOpen = 1 + random.nextInt(4);
        plan.moves = 1 + random.nextInt(4);
        plan.window = 80_000 + random.nextLong(250_000);
        plan.usualDelay = switch (random.nextInt(3)) {
            case 0 -> 400;
            case 1 -> 1_500;
            default -> 4_000;
        };
        plan.longDelayPercent = random.nextInt(3) == 0 ? 6 : 1;
        plan.longDelay = 12_000;
        plan.echoPercent = 12;
        return plan;
    }

    private static void everything(Plan plan, SplittableRandom random) {
        plan.nodes = 3 + random.nextInt(2);
        plan.joiners = random.nextInt(2);
        plan.churns = random.nextInt(6);
        plan.patterns = random.nextInt(2);
        plan.leavers = random.nextInt(2);
        plan.nodeJoins = random.nextInt(2);
        plan.aborts = random.nextInt(2);
        plan.subscriberCuts = random.nextInt(3);
        plan.publisherCuts = random.nextInt(3);
        plan.coordinatorCuts = random.nextInt(2);
        plan.hangs = random.nextInt(2);
        plan.hangFor = 100_000 + random.nextLong(2_000_000);
        plan.crashes = random.nextInt(3) == 0 ? 1 : 0;
        plan.vanishings = random.nextInt(4) == 0 ? 1 : 0;
        plan.coordinatorCrashes = random.nextInt(2);
        plan.successors = random.nextInt(2);
        plan.storeFaultPercent = random.nextInt(3) == 0 ? 20 : 0;
        plan.deaths = random.nextInt(3) == 0 ? 1 : 0;
        plan.falseVerdicts = random.nextInt(4) == 0 ? 1 : 0;
        plan.restarts = random.nextInt(5) == 0 ? 1 : 0;
        plan.stalls = random.nextInt(4);
        plan.stallFor = 20_000 + random.nextLong(1_500_000);
        plan.bigPayloadPercent = random.nextInt(5) == 0 ? 40 : 0;
    }
}
