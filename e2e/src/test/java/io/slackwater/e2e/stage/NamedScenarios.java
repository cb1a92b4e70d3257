package io.slackwater.e2e.stage;

import java.util.Objects;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Leaves out what is {@link OnlyWhenNamed} and is not named. */
final class NamedScenarios implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String scenario = context.getRequiredTestMethod().getName();
        String named = Objects.requireNonNullElse(System.getenv("E2E_SCENARIOS"), "");
        if ((" " + named + " ").contains(" " + scenario + " ")) {
            return ConditionEvaluationResult.enabled(scenario + " is named");
        }
        int minutes = AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), OnlyWhenNamed.class)
                .orElseThrow()
                .minutes();
        return ConditionEvaluationResult.disabled(
                "takes " + minutes + " minutes, so it runs only when named: scripts/e2e " + scenario);
    }
}
