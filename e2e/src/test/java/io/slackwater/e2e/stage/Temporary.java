package io.slackwater.e2e.stage;

/** What lasts until it is closed. */
@FunctionalInterface
public interface Temporary extends AutoCloseable {
    @Override
    void close();
}
