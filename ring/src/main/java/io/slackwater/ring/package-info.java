/**
 * Where a channel lives and how that changes. A <em>slot</em> is one of 16,384 groups of channels ({@link
 * io.slackwater.ring.Slots}); a <em>node</em> is one pub/sub server; the <em>slot table</em> says which node owns which
 * slot; the <em>ring</em> is the table with its nodes, epoch and open handovers, as every member knows it; the
 * <em>planner</em> proposes the next table. Pure values and functions: no I/O, clock, thread or dependency.
 */
@NullMarked
package io.slackwater.ring;

import org.jspecify.annotations.NullMarked;
