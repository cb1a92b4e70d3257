package io.slackwater.e2e.stage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A scenario that takes very long by what it is about. It is left out unless {@code $E2E_SCENARIOS} names it, which {@code scripts/e2e NAME} sees to. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Timeout(2_700)
@ExtendWith(NamedScenarios.class)
public @interface OnlyWhenNamed {
    /** How long it takes, about. */
    int minutes();
}
