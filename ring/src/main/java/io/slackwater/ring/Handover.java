package io.slackwater.ring;

import java.util.Objects;

/**
 * One batch of slots on its way from one node to another, in one phase.
 *
 * @param id the epoch of its PREPARE; never used twice
 * @param source id of the node that owns the slots until the handover is done
 * @param target id of the node that owns them afterwards
 * @param slots what moves; never empty
 * @param phase how far it is
 * @param phaseEpoch the epoch at which it entered the phase; equals {@code id} in PREPARE and grows with every phase
 */
public record Handover(long id, String source, String target, SlotSet slots, Phase phase, long phaseEpoch) {
    public Handover {
        Objects.requireNonNull(slots);
        Objects.requireNonNull(phase);
        if (id <= 0 || phaseEpoch < id) {
            throw new IllegalArgumentException(
                    "handover " + id + " has phase epoch " + phaseEpoch + ": must be >= id > 0");
        }
        if (source.equals(target)) {
            throw new IllegalArgumentException("handover " + id + " moves slots from " + source + " to itself");
        }
        if (slots.isEmpty()) {
            throw new IllegalArgumentException("handover " + id + " moves no slot");
        }
    }

    /** This handover in another phase. */
    public Handover at(Phase next, long epoch) {
        return new Handover(id, source, target, slots, next, epoch);
    }

    /** The node to publish to while the handover is open: the target from COMMIT on. */
    public String publishTo() {
        return phase == Phase.PREPARE ? source : target;
    }
}
