package io.slackwater.operator.scaling;

/** A metric, and what it said when it was last asked. */
public record Reading(Metric metric, Sample sample) {}
