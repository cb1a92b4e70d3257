package io.slackwater.operator.migration;

/**
 * What stands in the way of a planned move at this moment.
 *
 * @param manual whether a person has to approve each
 * @param paused whether the whole cluster rests
 * @param open whether a window is open, or none is needed
 * @param window a sentence about it, for example {@code opens at 03:00 Asia/Seoul}
 * @param overdue whether it has waited as long as it may, and is to run all the same
 * @param overloaded whether a scale-out must not wait
 * @param survivors why fewer nodes would not do, one sentence; empty when they would
 */
public record Gate(
        boolean manual,
        boolean paused,
        boolean open,
        String window,
        boolean overdue,
        boolean overloaded,
        String survivors) {
    /** Nothing does. */
    public static final Gate OPEN = new Gate(false, false, true, "", false, false, "");

    /** Whether a move of this kind may run as far as windows are concerned. */
    boolean admits(MigrationState migration) {
        return open
                || overdue
                || migration.urgent()
                || overloaded && migration.reason().equals("ScaleOut");
    }
}
