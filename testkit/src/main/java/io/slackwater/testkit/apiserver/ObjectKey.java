package io.slackwater.testkit.apiserver;

import java.util.Comparator;

/**
 * What identifies an object at one time.
 *
 * @param type {@link ResourceType#qualifiedName()}
 * @param namespace "" for a kind without namespaces
 */
record ObjectKey(String type, String namespace, String name) implements Comparable<ObjectKey> {
    private static final Comparator<ObjectKey> ORDER = Comparator.comparing(ObjectKey::type)
            .thenComparing(ObjectKey::namespace)
            .thenComparing(ObjectKey::name);

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return type + " \"" + name + "\"" + (namespace.isEmpty() ? "" : " in namespace \"" + namespace + "\"");
    }
}
