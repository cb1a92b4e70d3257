/**
 * Everything that runs: an embedded Kubernetes API, a stand-in kubelet with the processes of all pods, and the pub/sub tier in either of
 * two ways, with the operator or naively.
 */
@NullMarked
package io.slackwater.quickstart.stage;

import org.jspecify.annotations.NullMarked;
