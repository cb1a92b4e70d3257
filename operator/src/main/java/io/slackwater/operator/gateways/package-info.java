/**
 * What is to be done with the pods of a gateway tier: pure functions of what is wanted and what is seen. A gateway leaves in steps, each
 * written on its pod, so that any operator goes on from where the last one stood: it is <em>cordoned</em> (out of the endpoints, its
 * connections stay), then it is <em>leaving</em> (there is no way back), then it is <em>draining</em> (its clients are told to go), then
 * it is removed.
 */
@NullMarked
package io.slackwater.operator.gateways;

import org.jspecify.annotations.NullMarked;
