/**
 * The deterministic simulation of the handover protocol: the two state machines of {@code io.slackwater.ring.handover}, run over
 * simulated servers, connections and a simulated Kubernetes API, in virtual time, with every delay and every fault drawn from one
 * seed. What happened is recorded and checked for loss, duplicates, order and progress. How to run it: {@code docs/simulation.md}.
 *
 * <ul>
 *   <li>{@link io.slackwater.ring.sim.World}: one run, from its seed; {@link io.slackwater.ring.sim.Scenario}: which faults it draws
 *   <li>{@link io.slackwater.ring.sim.Timeline}, {@link io.slackwater.ring.sim.Link}: virtual time; first in, first out per direction
 *   <li>{@link io.slackwater.ring.sim.SimServer}, {@link io.slackwater.ring.sim.SimStore}: a pub/sub server; the Kubernetes API
 *   <li>{@link io.slackwater.ring.sim.SimMember}, {@link io.slackwater.ring.sim.SimCoordinator}: the adapters of the machines
 *   <li>{@link io.slackwater.ring.sim.History}: what happened, and whether it may have
 *   <li>{@link io.slackwater.ring.sim.Bending}, {@link io.slackwater.ring.sim.Broken}: rules broken on purpose, around the machines
 * </ul>
 */
@NullMarked
package io.slackwater.ring.sim;

import org.jspecify.annotations.NullMarked;
