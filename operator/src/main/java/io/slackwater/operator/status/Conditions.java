package io.slackwater.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Gathers conditions. The time of the last transition stays as it was while the status of a condition does. */
final class Conditions {
    private final List<Condition> before;
    private final long generation;
    private final Instant now;
    private final List<Condition> gathered = new ArrayList<>();

    /** @param before what was written last */
    Conditions(List<Condition> before, long generation, Instant now) {
        this.before = List.copyOf(before);
        this.generation = generation;
        this.now = now;
    }

    /**
     * Adds one.
     *
     * @param reason CamelCase
     * @param message a sentence; says why, and what is waited for
     */
    Conditions with(String type, boolean status, String reason, String message) {
        String text = status ? "True" : "False";
        String since = before.stream()
                .filter(old -> old.getType().equals(type) && old.getStatus().equals(text))
                .map(Condition::getLastTransitionTime)
                .findFirst()
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        gathered.add(new ConditionBuilder()
                .withType(type)
                .withStatus(text)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(generation)
                .withLastTransitionTime(since)
                .build());
        return this;
    }

    List<Condition> toList() {
        return List.copyOf(gathered);
    }
}
