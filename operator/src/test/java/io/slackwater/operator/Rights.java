package io.slackwater.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the committed roles let the operator do, one line a verb, as in {@code apps deployments/scale update}. */
final class Rights {
    /** Asked of the authorizer by an admission plugin, while something else is requested: no request of its own shows it. */
    static final Set<String> FINALIZERS =
            Set.of("slackwater.io pubsubclusters/finalizers update", "slackwater.io pubsubgateways/finalizers update");

    private static final Path ROLES = Path.of("..", "deploy", "rbac", "operator.yaml");

    private Rights() {}

    /** Every verb that is granted. */
    static Set<String> granted() throws IOException {
        Set<String> granted = new TreeSet<>();
        for (PolicyRule rule : rules()) {
            for (String group : rule.getApiGroups()) {
                for (String resource : rule.getResources()) {
                    rule.getVerbs().forEach(verb -> granted.add(line(group, resource, verb)));
                }
            }
        }
        return granted;
    }

    /** Every verb that was used on a resource. */
    static Set<String> used(List<AuditLog.Entry> entries) {
        Set<String> used = new TreeSet<>();
        entries.stream()
                .filter(entry -> !entry.resource().isEmpty())
                .forEach(entry -> used.add(line(entry.group(), entry.resource(), entry.verb())));
        return used;
    }

    private static List<PolicyRule> rules() throws IOException {
        List<PolicyRule> rules = new ArrayList<>();
        for (String document : Files.readString(ROLES).split("(?m)^---$")) {
            HasMetadata object = Serialization.unmarshal(document);
            if (object instanceof ClusterRole role) {
                rules.addAll(role.getRules());
            } else if (object instanceof Role role) {
                rules.addAll(role.getRules());
            }
        }
        return rules;
    }

    private static String line(String group, String resource, String verb) {
        return (group.isEmpty() ? "core" : group) + " " + resource + " " + verb;
    }
}
