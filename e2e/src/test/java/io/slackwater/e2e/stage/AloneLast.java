package io.slackwater.e2e.stage;

import java.util.Comparator;
import java.util.Optional;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Those who are {@link Alone} come when the others have ended, so that nobody waits for them. */
public final class AloneLast implements MethodOrderer {
    @Override
    public void orderMethods(MethodOrdererContext context) {
        context.getMethodDescriptors().sort(Comparator.comparing(scenario -> scenario.isAnnotated(Alone.class)));
    }

    /** That of the configuration: an order does not mean one after the other. */
    @Override
    public Optional<ExecutionMode> getDefaultExecutionMode() {
        return Optional.empty();
    }
}
