/** All that the operator does to the Kubernetes API, one class for each kind of object. Nothing in here decides. */
@NullMarked
package io.slackwater.operator.kube;

import org.jspecify.annotations.NullMarked;
