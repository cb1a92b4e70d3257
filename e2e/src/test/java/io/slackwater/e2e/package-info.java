/** Scenarios on a real Kubernetes cluster. The name of a method is the scenario's; its steps are told before it. */
@NullMarked
package io.slackwater.e2e;

import org.jspecify.annotations.NullMarked;
