/** What the scenarios stand on: the operator, a cluster of nodes, gateways and traffic, in a Kubernetes cluster that is there already. */
@NullMarked
package io.slackwater.e2e.stage;

import org.jspecify.annotations.NullMarked;
