package io.slackwater.operator.gateways;

/** What a gateway answers to a {@link ShedOrder}. */
public sealed interface ShedAnswer {
    /**
     * It does it.
     *
     * @param id of the order that it carries out
     * @param told clients told for this order so far
     * @param remaining clients it has still to tell; 0 also when nobody is old enough
     * @param staying clients that were told, and are still connected
     */
    record Said(String id, int told, int remaining, int staying) implements ShedAnswer {}

    /** It does not know such orders. */
    record Unknown() implements ShedAnswer {}
}
