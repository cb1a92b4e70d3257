/**
 * What a gateway or a back end embeds to publish and subscribe through the ring.
 *
 * <p>{@link io.slackwater.client.PubSub} is the whole of what an application calls, {@link io.slackwater.client.PubSubClient} makes
 * one. Inside, two threads do everything:
 *
 * <ul>
 *   <li><b>the client's thread</b> is the event loop of all subscribing connections. The state machine of the handover protocol
 *       runs there, so that messages reach it, and then the application, without changing threads
 *   <li><b>the publishing thread</b> is the event loop of all publishing connections. Publishes are routed there, one after the
 *       other, so that a change of routes and an ack are just two more entries of the same queue: what was put in before the
 *       ack is written before the ack, without any lock
 * </ul>
 *
 * <p>Every connection is used once: the driver's own reconnecting, resubscribing, queueing and replaying are off.
 */
@NullMarked
package io.slackwater.client;

import org.jspecify.annotations.NullMarked;
