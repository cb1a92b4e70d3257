/**
 * The handover protocol: how a batch of slots moves from one server to another while publishers publish and subscribers listen,
 * with no message lost, none duplicated and one order per channel.
 *
 * <p>Two state machines without I/O, clock or thread, events in and actions out. {@link io.slackwater.ring.handover.Member} is what
 * every process that publishes or subscribes runs; {@link io.slackwater.ring.handover.Coordinator} is what the one writer of the
 * ring runs. Adapters around them do what the actions say and report what happened. The same machines run in the deterministic
 * simulation of this module's tests.
 *
 * <ul>
 *   <li><b>handover</b>: one batch of slots, one source, one target, one phase; its id is the epoch of its PREPARE
 *   <li><b>fence</b>: the point in what the source sends after which nobody publishes a moving slot there any more
 *   <li><b>term of a slot</b>: from one owner to the next; books are kept per term
 *   <li><b>term of a coordinator</b>: a number that grows with every take-over; tells members to answer again
 *   <li><b>fenced off</b>: a member whose connections to the source were ended because it was late
 * </ul>
 */
@NullMarked
package io.slackwater.ring.handover;

import org.jspecify.annotations.NullMarked;
