/**
 * The traffic of the scenarios, one process in a pod of its own: WebSocket users on the gateways, a back end on the nodes, and the checker
 * that counts what becomes of every message. It is asked for its report over HTTP.
 */
@NullMarked
package io.slackwater.e2e.traffic;

import org.jspecify.annotations.NullMarked;
