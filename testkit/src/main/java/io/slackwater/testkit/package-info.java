/**
 * What tests and the quickstart stand on instead of a cluster: an embedded Kubernetes API, a stand-in kubelet that runs
 * pods as processes of this machine, real Redis servers, a proxy that injects network faults, and a clock that is told
 * the time.
 *
 * <p>Everything listens on loopback addresses only, and every process started here ends with the JVM that started it,
 * however that JVM ends.
 */
@NullMarked
package io.slackwater.testkit;

import org.jspecify.annotations.NullMarked;
