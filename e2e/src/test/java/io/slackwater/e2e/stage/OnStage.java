package io.slackwater.e2e.stage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scenarios that take the {@link Stage} as an argument. When one fails, what the cluster can say about it is kept. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Timeout(400)
@ExtendWith(StageExtension.class)
public @interface OnStage {}
