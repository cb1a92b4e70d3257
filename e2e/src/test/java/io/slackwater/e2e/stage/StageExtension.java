package io.slackwater.e2e.stage;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Makes the stage when the first scenario wants it, and gathers evidence of each one that fails. */
final class StageExtension implements ParameterResolver, BeforeTestExecutionCallback, AfterTestExecutionCallback {
    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(StageExtension.class);
    private static final Map<String, Instant> BEGUN = new ConcurrentHashMap<>();

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return stage(context);
    }

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        BEGUN.put(context.getUniqueId(), Instant.now());
        System.out.println("scenario " + context.getDisplayName());
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Instant begun = BEGUN.getOrDefault(context.getUniqueId(), Instant.now());
        boolean failed = context.getExecutionException()
                .filter(e -> !(e instanceof org.opentest4j.TestAbortedException))
                .isPresent();
        System.out.println("scenario " + context.getDisplayName() + (failed ? " FAILED after " : " ended after ")
                + Duration.between(begun, Instant.now()).toSeconds() + " s");
        if (failed) {
            try (Evidence evidence = new Evidence(stage(context).client())) {
                evidence.gather(context.getDisplayName().replaceAll("\\W", ""));
            }
        }
        stage(context).endTraffic();
    }

    private static Stage stage(ExtensionContext context) {
        return context.getRoot().getStore(STORE).computeIfAbsent(Stage.class, type -> new Stage(), Stage.class);
    }
}
