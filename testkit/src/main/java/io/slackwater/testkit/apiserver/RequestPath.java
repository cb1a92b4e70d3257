package io.slackwater.testkit.apiserver;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a path of the API names.
 *
 * @param namespace "" for all namespaces or a kind without namespaces
 * @param name "" for the collection
 * @param subresource such as {@code status}, or ""
 */
record RequestPath(String group, String version, String plural, String namespace, String name, String subresource) {

    /** Reads {@code /api/v1/…} and {@code /apis/group/version/…}; empty when the path names no resource. */
    static Optional<RequestPath> parse(List<String> segments) {
        Deque<String> rest = new ArrayDeque<>(segments);
        String root = take(rest);
        String group;
        if (root.equals("api")) {
            group = "";
        } else if (root.equals("apis")) {
            group = take(rest);
        } else {
            return Optional.empty();
        }
        String version = take(rest);
        if (rest.isEmpty()) {
            return Optional.empty();
        }
        String plural = take(rest);
        String namespace = "";
        // "namespaces/x" and its two subresources are the namespace itself, anything longer lies within it.
        if (plural.equals("namespaces") && rest.size() >= 2 && !isNamespaceSubresource(rest)) {
            namespace = take(rest);
            plural = take(rest);
        }
        return Optional.of(new RequestPath(group, version, plural, namespace, take(rest), String.join("/", rest)));
    }

    static List<String> segments(String path) {
        return Arrays.stream(path.split("/", -1)).filter(s -> !s.isEmpty()).toList();
    }

    private static boolean isNamespaceSubresource(Deque<String> rest) {
        return rest.size() == 2
                && (rest.peekLast().equals("status") || rest.peekLast().equals("finalize"));
    }

    private static String take(Deque<String> rest) {
        return rest.isEmpty() ? "" : rest.removeFirst();
    }
}
