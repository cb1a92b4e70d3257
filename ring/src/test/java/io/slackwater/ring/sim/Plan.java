package io.slackwater.ring.sim;

/** Sizes and faults of one run. Times in microseconds. A {@link Scenario} fills it from the seed. */
final class Plan {
    int nodes;
    int members;
    /** Slots in use, each with 1 to 3 channels. */
    int tags;

    int channelsPerTag;
    int messages;
    int publishersPerNode;
    int maxOpen;
    /** From which on an answer is slow, in milliseconds. */
    long slowAfterMillis = World.SETTINGS.slowAfterMillis();

    int moves;
    /** From the first message to the last fault. */
    long window;

    /** Most a step takes as a rule. */
    long usualDelay;

    /** Of 100 steps, how many take up to {@link #longDelay} instead. */
    int longDelayPercent;

    long longDelay = 1;

    // What the application and the operator do.
    int joiners;
    int churns;
    int patterns;
    int leavers;
    int nodeJoins;
    int retirements;
    int aborts;
    int bigPayloadPercent;
    /** Of 100 subscriptions that become ready, how many are published to at once. */
    int echoPercent;

    /** Of 100 members, how many read only the first version of the protocol; -1 where nobody looks who reads what, so that the first is spoken. */
    int oldPercent = -1;

    /** Between two looks at who is connected. */
    long lookEvery = 40_000;

    // Faults.
    int stalls;
    long stallFor = 1;
    /** A publisher's connection is cut while a publish is on its way, and its subscribing connection to that node stalls. */
    int limps;

    int subscriberCuts;
    int publisherCuts;
    int coordinatorCuts;
    int hangs;
    long hangFor = 1;
    int vanishings;
    int crashes;
    int coordinatorCrashes;
    int coordinatorHangs;
    int successors;
    int storeFaultPercent;
    int deaths;
    int falseVerdicts;
    int restarts;
    int dropOnes;
    /** How long a client may take to see that a node died. */
    long noticeDeath = 20_000;

    /** Nothing at all goes wrong: books must be verified. */
    boolean calm;

    /** Nobody is ever slower than the times the protocol allows: nobody may be fenced off, nothing released early. */
    boolean prompt;
}
