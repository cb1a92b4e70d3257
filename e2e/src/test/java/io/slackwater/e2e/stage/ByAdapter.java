package io.slackwater.e2e.stage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A scenario in which an adapter serves what the Prometheus on the stage counts to scalers of Kubernetes. An adapter looks at one Prometheus, whose
 * address is set when the cluster is made, so that such scenarios come one after the other on the stage that has it.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ByAdapter {}
