/**
 * The reference WebSocket gateway: users speak STOMP 1.2 over WebSocket, the gateway speaks to the pub/sub tier through
 * {@link io.slackwater.client.PubSub}. One subscription of the tier serves all users of a channel.
 *
 * <p>The threads: every connection lives on one event loop, and so do its {@link io.slackwater.gateway.StompSession}, its
 * subscriptions and its {@link io.slackwater.gateway.Outbound} buffer; none of them locks anything. {@link
 * io.slackwater.gateway.ChannelFanout} is what the loops share: it counts which loops want a channel and hands each message of the tier to
 * these loops' {@link io.slackwater.gateway.LoopFanout} queues.
 *
 * <p>Words: a <em>channel</em> is a channel of the tier; a <em>destination</em> is how STOMP writes it; a <em>subscription</em> is one
 * SUBSCRIBE frame of one connection; a <em>session</em> is a connection after its WebSocket handshake.
 */
@NullMarked
package io.slackwater.gateway;

import org.jspecify.annotations.NullMarked;
