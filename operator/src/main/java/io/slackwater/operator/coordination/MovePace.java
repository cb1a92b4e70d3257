package io.slackwater.operator.coordination;

/**
 * How much is moved at a time: less while those who take part answer slowly, since a handover costs every member work that live traffic then
 * waits for. Additive increase, multiplicative decrease (Chiu and Jain, 1989), of the number of open handovers and below one of them of its slots. For
 * one thread.
 */
final class MovePace {
    /** Batches are cut to no less than this part. */
    private static final int MOST_CUTS = 3;

    /** What was begun shows in the answers after about this time. */
    private static final long EFFECT_MILLIS = 500;

    private int open = Integer.MAX_VALUE;
    private int cuts;
    private long changedAt = Long.MIN_VALUE / 2;

    /**
     * What may be in progress now.
     *
     * @param open handovers, at least 1
     * @param slotsPerBatch at least 1
     */
    record Allowance(int open, int slotsPerBatch) {}

    /**
     * Looks at how members answer.
     *
     * @param slowestMillis the slowest of the members' last answers; negative when none is known
     * @param slowAfterMillis from which on no handover leaves PREPARE; the pace is slowed from half of it on
     * @param maxOpen handovers in progress at full pace
     * @param slotsPerBatch slots of a batch at full pace
     */
    Allowance look(long slowestMillis, long slowAfterMillis, int maxOpen, int slotsPerBatch, long now) {
        open = Math.min(open, maxOpen);
        if (slowestMillis >= 0 && now - changedAt >= EFFECT_MILLIS) {
            if (slowestMillis > slowAfterMillis / 2) {
                slower();
                changedAt = now;
            } else if (slowestMillis < slowAfterMillis / 4) {
                faster(maxOpen);
                changedAt = now;
            }
        }
        return new Allowance(open, Math.max(1, slotsPerBatch >> cuts));
    }

    private void slower() {
        if (open > 1) {
            open /= 2;
        } else {
            cuts = Math.min(MOST_CUTS, cuts + 1);
        }
    }

    private void faster(int maxOpen) {
        if (cuts > 0) {
            cuts--;
        } else {
            open = Math.min(maxOpen, open + 1);
        }
    }
}
