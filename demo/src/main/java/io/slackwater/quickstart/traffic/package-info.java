/**
 * The users: WebSocket clients that speak STOMP to the gateways and subscribe, others that also send, and the process that stands for a
 * back end. Who does what is fixed beforehand in the {@link io.slackwater.quickstart.traffic.TrafficPlan}.
 */
@NullMarked
package io.slackwater.quickstart.traffic;

import org.jspecify.annotations.NullMarked;
