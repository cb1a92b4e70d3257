package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How an object is to be deleted.
 *
 * @param uid precondition, or ""
 * @param resourceVersion precondition, or ""
 */
record DeleteOptions(
        OptionalLong gracePeriodSeconds, String uid, String resourceVersion, boolean orphan, boolean dryRun) {
    static final DeleteOptions PLAIN = new DeleteOptions(OptionalLong.empty(), "", "", false, false);

    /** Reads the body of the request, and its query, which wins. */
    static DeleteOptions of(JsonNode body, Map<String, String> query) {
        String grace = query.getOrDefault(
                "gracePeriodSeconds", body.path("gracePeriodSeconds").asText(""));
        String propagation = query.getOrDefault(
                "propagationPolicy", body.path("propagationPolicy").asText(""));
        return new DeleteOptions(
                grace.isEmpty() || grace.equals("null") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(grace)),
                body.path("preconditions").path("uid").asText(""),
                body.path("preconditions").path("resourceVersion").asText(""),
                propagation.equals("Orphan"),
                query.containsKey("dryRun") || !body.path("dryRun").isEmpty());
    }
}
