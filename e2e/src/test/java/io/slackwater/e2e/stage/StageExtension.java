package io.slackwater.e2e.stage;

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/** Gives each scenario a stage, and gathers evidence when it fails. */
final class StageExtension
        implements ParameterResolver, BeforeEachCallback, AfterTestExecutionCallback, AfterEachCallback {
    /** What is kept of one scenario. */
    private record Running(Stage stage, Instant begun, String threadBefore) {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return running(context).stage();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Suite suite = Suite.of(context);
        Thread thread = Thread.currentThread();
        String threadBefore = thread.getName();
        Method scenario = context.getRequiredTestMethod();
        thread.setName(scenario.getName());
        Stage stage = scenario.isAnnotationPresent(ByAdapter.class) ? suite.stageOfAdapters() : suite.take();
        store(context).put(Running.class, new Running(stage, Instant.now(), threadBefore));
        boolean alone = scenario.isAnnotationPresent(Alone.class);
        if (alone) {
            suite.strikeOthers(stage);
        }
        Log.line("begins in " + stage.namespace() + (alone ? ", alone" : ""));
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Running running = running(context);
        boolean failed = context.getExecutionException()
                .filter(e -> !(e instanceof TestAbortedException))
                .isPresent();
        Log.line((failed ? "FAILED after " : "ended after ")
                + Duration.between(running.begun(), Instant.now()).toSeconds() + " s");
        if (failed) {
            try (Evidence evidence = new Evidence(Suite.of(context).client())) {
                evidence.gather(context.getRequiredTestMethod().getName());
            }
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Running running = running(context);
        try {
            running.stage().endTraffic();
        } finally { // the next one may do better
            Suite.of(context).giveBack(running.stage());
            Thread.currentThread().setName(running.threadBefore());
        }
    }

    private static Running running(ExtensionContext context) {
        return Objects.requireNonNull(store(context).get(Running.class, Running.class));
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(ExtensionContext.Namespace.create(StageExtension.class));
    }
}
