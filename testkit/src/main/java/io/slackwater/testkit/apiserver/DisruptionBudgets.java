package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Decides evictions by the PodDisruptionBudgets, as the disruption controller and the eviction API do together. */
record DisruptionBudgets(ObjectStore store) {

    /** @throws ApiError 429 when a budget has nothing left for this pod */
    void check(ObjectNode pod) {
        String namespace = Json.meta(pod, "namespace");
        for (ObjectNode budget : store.list("poddisruptionbudgets.policy", namespace)) {
            JsonNode spec = budget.path("spec");
            String selector = selector(spec.path("selector"));
            if (selector.isEmpty() || !Selectors.labels(selector).test(pod) || !isReady(pod)) {
                continue;
            }
            List<ObjectNode> covered = store.list("pods", namespace).stream()
                    .filter(Selectors.labels(selector))
                    .toList();
            long healthy = covered.stream().filter(DisruptionBudgets::isReady).count();
            long needed = spec.has("minAvailable")
                    ? amount(spec.path("minAvailable"), covered.size())
                    : covered.size() - amount(spec.path("maxUnavailable"), covered.size());
            if (healthy - 1 < needed) {
                throw ApiError.tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget: "
                        + Json.meta(budget, "name") + " needs " + needed + " healthy pods and has " + healthy);
            }
        }
    }

    private static boolean isReady(JsonNode pod) {
        if (pod.path("metadata").has("deletionTimestamp")) {
            return false;
        }
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** A label selector object in text form. */
    static String selector(JsonNode selector) {
        String labels = selector.path("matchLabels").properties().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().asText())
                .collect(Collectors.joining(","));
        String expressions = StreamSupport.stream(
                        selector.path("matchExpressions").spliterator(), false)
                .map(DisruptionBudgets::expression)
                .collect(Collectors.joining(","));
        return labels.isEmpty() || expressions.isEmpty() ? labels + expressions : labels + "," + expressions;
    }

    private static String expression(JsonNode expression) {
        String key = expression.path("key").asText();
        String values = StreamSupport.stream(expression.path("values").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(","));
        return switch (expression.path("operator").asText()) {
            case "In" -> key + " in (" + values + ")";
            case "NotIn" -> key + " notin (" + values + ")";
            case "DoesNotExist" -> "!" + key;
            default -> key;
        };
    }

    private static long amount(JsonNode value, int of) {
        String text = value.asText("0");
        return text.endsWith("%")
                ? Math.ceilDiv(Long.parseLong(text.substring(0, text.length() - 1)) * of, 100L)
                : Long.parseLong(text);
    }
}
