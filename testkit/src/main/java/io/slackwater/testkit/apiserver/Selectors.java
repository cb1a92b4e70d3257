package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label and field selectors in their text form. */
final class Selectors {
    private static final Pattern SET_BASED = Pattern.compile("\\s*([^\\s!]+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*");
    private static final Pattern EQUALITY = Pattern.compile("\\s*([^\\s!=]+)\\s*(==|!=|=)\\s*(.*?)\\s*");
    private static final Pattern OUTSIDE_PARENTHESES = Pattern.compile(",(?![^(]*\\))");

    private Selectors() {}

    /** Reads a label selector such as {@code app=a,tier in (x,y),!old}; an empty one matches everything. */
    static Predicate<JsonNode> labels(String selector) {
        Predicate<JsonNode> all = object -> true;
        if (selector.isBlank()) {
            return all;
        }
        for (String term : OUTSIDE_PARENTHESES.split(selector, -1)) {
            Predicate<JsonNode> one = label(term);
            all = all.and(object -> one.test(object.path("metadata").path("labels")));
        }
        return all;
    }

    /** Reads a field selector such as {@code metadata.name=a,spec.nodeName!=b}; an empty one matches everything. */
    static Predicate<JsonNode> fields(String selector) {
        Predicate<JsonNode> all = object -> true;
        if (selector.isBlank()) {
            return all;
        }
        for (String term : selector.split(",", -1)) {
            Matcher matcher = EQUALITY.matcher(term);
            if (!matcher.matches()) {
                throw ApiError.badRequest("cannot read the field selector '" + term + "': write path=value");
            }
            String[] path = matcher.group(1).split("\\.", -1);
            boolean wanted = !matcher.group(2).equals("!=");
            String value = matcher.group(3);
            all = all.and(object -> at(object, path).equals(value) == wanted);
        }
        return all;
    }

    private static Predicate<JsonNode> label(String term) {
        Matcher set = SET_BASED.matcher(term);
        if (set.matches()) {
            String key = set.group(1);
            List<String> values = Arrays.stream(set.group(3).split(",", -1))
                    .map(String::strip)
                    .toList();
            boolean in = set.group(2).equals("in");
            return labels -> labels.has(key) && values.contains(labels.get(key).asText()) ? in : !in;
        }
        Matcher equality = EQUALITY.matcher(term);
        if (equality.matches()) {
            String key = equality.group(1);
            String value = equality.group(3);
            boolean equal = !equality.group(2).equals("!=");
            return labels -> (labels.has(key) && labels.get(key).asText().equals(value)) == equal;
        }
        String name = term.strip();
        return name.startsWith("!") ? labels -> !labels.has(name.substring(1).strip()) : labels -> labels.has(name);
    }

    private static String at(JsonNode object, String[] path) {
        JsonNode node = object;
        for (String step : path) {
            node = node.path(step);
        }
        return node.asText("");
    }
}
