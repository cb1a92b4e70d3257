/**
 * One cluster's coordinator while this replica leads: probes the nodes, keeps the ring, moves slots, and says how it stands. The
 * rest of the operator talks to it through {@link io.slackwater.operator.coordination.ClusterCoordinator} alone: it tells what is
 * wanted, reads what is, and asks for proof before it removes anything.
 */
@NullMarked
package io.slackwater.operator.coordination;

import org.jspecify.annotations.NullMarked;
