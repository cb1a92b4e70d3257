package io.slackwater.e2e.stage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Scenarios that take a {@link Stage} as an argument, some of them at the same time. When one fails, what the cluster can say about it is kept.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Timeout(400)
@ExtendWith(StageExtension.class)
@ResourceLock(providers = ScenarioLocks.class)
public @interface OnStage {}
