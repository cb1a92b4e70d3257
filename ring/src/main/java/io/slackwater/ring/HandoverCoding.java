package io.slackwater.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Open handovers on the wire: id, phase epoch, phase, source and target by number, slots. */
final class HandoverCoding {
    private HandoverCoding() {}

    static WireWriter write(List<Handover> handovers, ToIntFunction<String> numberOf) {
        WireWriter out = new WireWriter().number(handovers.size(), 2);
        for (Handover handover : handovers) {
            out.number(handover.id(), 8)
                    .number(handover.phaseEpoch(), 8)
                    .number(number(handover.phase()), 1)
                    .number(numberOf.applyAsInt(handover.source()), 1)
                    .number(numberOf.applyAsInt(handover.target()), 1);
            SlotSetCoding.write(handover.slots(), out);
        }
        return out;
    }

    static List<Handover> read(WireReader in, List<String> nodes) throws RingFormatException {
        List<Handover> handovers = new ArrayList<>();
        for (int left = in.small(2); left > 0; left--) {
            long id = in.number(8);
            long phaseEpoch = in.number(8);
            Phase phase = phase(in.small(1));
            String source = node(in.small(1), nodes);
            String target = node(in.small(1), nodes);
            handovers.add(new Handover(id, source, target, SlotSetCoding.read(in), phase, phaseEpoch));
        }
        in.expectEnd();
        return handovers;
    }

    /** Not the ordinal: a number on the wire must survive a reordering of the source. */
    private static int number(Phase phase) {
        return switch (phase) {
            case PREPARE -> 1;
            case COMMIT -> 2;
            case FENCE -> 3;
        };
    }

    private static Phase phase(int number) throws RingFormatException {
        return switch (number) {
            case 1 -> Phase.PREPARE;
            case 2 -> Phase.COMMIT;
            case 3 -> Phase.FENCE;
            default -> throw new RingFormatException("handovers: unknown phase " + number);
        };
    }

    private static String node(int number, List<String> nodes) throws RingFormatException {
        if (number >= nodes.size()) {
            throw new RingFormatException("handovers: node " + number + " of " + nodes.size());
        }
        return nodes.get(number);
    }
}
