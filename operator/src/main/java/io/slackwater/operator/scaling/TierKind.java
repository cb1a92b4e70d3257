package io.slackwater.operator.scaling;

import java.time.Duration;

/** What a tier is made of: what it is called in sentences, and what a change of its size is worth. */
public enum TierKind {
    /** Pub/sub nodes: every change of size moves slots, and it takes minutes. */
    NODES("node", "slots are being moved, and that is not reversed", "moves", Prices.DEFAULT, Duration.ofMinutes(5)),
    /** Gateways: whose gateway goes connects anew, which is cheaper than a move; and a new one is soon there. */
    GATEWAYS(
            "gateway",
            "gateways are on their way out, and no client is to be sent away twice",
            "reconnects",
            Prices.OF_CONNECTIONS,
            Duration.ofMinutes(2));

    private final String one;
    private final String moving;
    private final String moves;
    private final Prices prices;
    private final Duration lead;

    TierKind(String one, String moving, String moves, Prices prices, Duration lead) {
        this.one = one;
        this.moving = moving;
        this.moves = moves;
        this.prices = prices;
        this.lead = lead;
    }

    /** What one of them is called. */
    public String one() {
        return one;
    }

    /** As in {@code 1 node}, {@code 5 nodes}. */
    String count(int count) {
        return count == 1 ? "1 " + one : count + " " + one + "s";
    }

    /** Why nothing is scaled in while {@link Tier#moving}. */
    String moving() {
        return moving;
    }

    /** What a change of size costs, in the plural. */
    String moves() {
        return moves;
    }

    /** What things are worth. */
    public Prices prices() {
        return prices;
    }

    /** How long a scale-out takes when nothing is known. */
    public Duration lead() {
        return lead;
    }
}
