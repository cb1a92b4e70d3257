package io.slackwater.testkit;

import java.time.Instant;
import java.util.Optional;

/**
 * What can be said about a container at one moment.
 *
 * @param last how it ended the time before
 * @param started whether its startup probe, if any, has passed
 * @param id of the present or last process, "" before the first
 */
record ContainerSnapshot(
        String name,
        String image,
        State state,
        Optional<State.Terminated> last,
        int restarts,
        boolean ready,
        boolean started,
        String id) {

    /** The three states of a container. */
    sealed interface State {
        /** Not running yet, or not again. */
        record Waiting(String reason, String message) implements State {}

        /** Its process runs. */
        record Running(Instant since) implements State {}

        /** Its process has ended. */
        record Terminated(int exitCode, String reason, Instant startedAt, Instant finishedAt, String id)
                implements State {}
    }
}
