package io.slackwater.ring;

/**
 * Slots that move together, in one handover.
 *
 * @param source id of the node that gives them
 * @param target id of the node that takes them
 * @param slots never empty
 */
public record Batch(String source, String target, SlotSet slots) {}
