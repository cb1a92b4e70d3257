/**
 * Tells ZooKeeper what is so, on threads of its own: nobody waits for it. Knows nothing of Kubernetes.
 */
@NullMarked
package io.slackwater.operator.discovery;

import org.jspecify.annotations.NullMarked;
