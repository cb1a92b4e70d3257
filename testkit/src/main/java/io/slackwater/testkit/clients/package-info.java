/**
 * Clients of gateways: many that hold a connection and no more, and users of the helper for stompjs, which are programs on Node.
 */
@NullMarked
package io.slackwater.testkit.clients;

import org.jspecify.annotations.NullMarked;
