package io.slackwater.ring.handover;

import io.slackwater.ring.SlotTable;
import java.util.List;
import java.util.Set;

/** Who takes the slots of dead nodes. A pure function, called by the {@link Coordinator} within an event. */
@FunctionalInterface
public interface Reassignment {
    /**
     * @param current who owns what; slots of dead nodes are to be given away, all others must stay
     * @param dead ids of the dead nodes
     * @param live ids of the nodes that may take slots, never empty
     * @return the whole table, in which no dead node owns a slot
     */
    SlotTable reassign(SlotTable current, Set<String> dead, List<String> live);
}
