package io.slackwater.operator.migration;

/** Where a migration stands. The names are those of the API. */
public enum Phase {
    Proposed,
    WaitingForApproval,
    WaitingForWindow,
    Running,
    Paused,
    Completed,
    Cancelled,
    Failed;

    /** Whether nothing will come after it. */
    public boolean ended() {
        return this == Completed || this == Cancelled || this == Failed;
    }
}
