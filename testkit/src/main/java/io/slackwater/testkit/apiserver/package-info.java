/**
 * An API server in memory: the part of Kubernetes an operator talks to, with the rules an operator depends on.
 *
 * <p>{@link io.slackwater.testkit.apiserver.LoopbackHttpServer} speaks HTTP and WebSocket,
 * {@link io.slackwater.testkit.apiserver.ApiServer} turns a request into a call on one resource,
 * {@link io.slackwater.testkit.apiserver.ResourceVerbs} holds the rules (server-side apply, subresources, generation,
 * conflicts, graceful deletion), and {@link io.slackwater.testkit.apiserver.ObjectStore} keeps objects and feeds watches.
 * No schema is checked and no controller runs, except garbage collection by owner reference.
 */
@NullMarked
package io.slackwater.testkit.apiserver;

import org.jspecify.annotations.NullMarked;
