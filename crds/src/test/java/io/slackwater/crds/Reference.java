package io.slackwater.crds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reference for users, {@code docs/custom-resources.md}, made from a definition's schema. */
final class Reference {
    static final Path COMMITTED = Path.of("..", "docs", "custom-resources.md");

    private Reference() {}

    static String of(List<CustomResourceDefinition> definitions) {
        StringBuilder out = new StringBuilder("# Custom resources\n\nGenerated from the Java types in `crds/`.\n\n");
        definitions.forEach(crd -> describe(crd, out));
        return out.toString();
    }

    private static void describe(CustomResourceDefinition crd, StringBuilder out) {
        var version = crd.getSpec().getVersions().getFirst();
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        out.append("## ")
                .append(crd.getSpec().getNames().getKind())
                .append("\n\n`apiVersion: ")
                .append(crd.getSpec().getGroup())
                .append('/')
                .append(version.getName())
                .append("`, short name `")
                .append(String.join("`, `", crd.getSpec().getNames().getShortNames()))
                .append(
                        switch (crd.getSpec().getNames().getKind()) {
                            case "PubSubCluster" -> "`. A sample is in `deploy/samples/nearby-friends.yaml`.\n";
                            case "PubSubGateway" -> "`. A sample is in `deploy/samples/gateways.yaml`.\n";
                            default -> "`. Made by the operator.\n";
                        });
        for (String part : List.of("spec", "status")) {
            out.append("\n### ")
                    .append(part)
                    .append("\n\n| field | type | default | bounds | meaning |\n")
                    .append("| --- | --- | --- | --- | --- |\n");
            rows(part, CommittedDefinitions.property(root, part), out);
        }
        out.append(
                "\n### Refused\n\nBesides the bounds above, the API server refuses a manifest with one of these sentences.\n\n");
        rules(version.getSchema().getOpenAPIV3Schema())
                .forEach(rule -> out.append("- ").append(rule).append('\n'));
        out.append('\n');
    }

    private static void rows(String path, JSONSchemaProps schema, StringBuilder out) {
        schema.getProperties().forEach((name, field) -> {
            String full = path + "." + name;
            boolean required =
                    schema.getRequired() != null && schema.getRequired().contains(name);
            JSONSchemaProps items =
                    field.getItems() == null ? null : field.getItems().getSchema();
            boolean leaf =
                    field.getProperties() == null || field.getProperties().isEmpty();
            out.append("| `")
                    .append(full)
                    .append("` | ")
                    .append(type(field))
                    .append(" | ")
                    .append(
                            required
                                    ? "required"
                                    : leaf && field.getDefault() != null
                                            ? "`" + Serialization.asJson(field.getDefault()) + "`"
                                            : "")
                    .append(" | ")
                    .append(bounds(field))
                    .append(" | ")
                    .append(
                            field.getDescription() == null
                                    ? ""
                                    : field.getDescription().replace("|", "\\|"))
                    .append(" |\n");
            if (!leaf) {
                rows(full, field, out);
            }
            if (items != null && items.getProperties() != null) {
                rows(full + "[]", items, out);
            }
        });
    }

    private static String type(JSONSchemaProps field) {
        if (field.getAdditionalProperties() != null) {
            return "map";
        }
        return field.getType() == null ? "any" : field.getType();
    }

    private static String bounds(JSONSchemaProps field) {
        List<String> bounds = new ArrayList<>();
        range(field.getMinimum(), field.getMaximum(), "", bounds);
        range(field.getMinLength(), field.getMaxLength(), " characters", bounds);
        range(field.getMinProperties(), field.getMaxProperties(), " entries", bounds);
        range(field.getMinItems(), field.getMaxItems(), " items", bounds);
        return String.join(", ", bounds);
    }

    private static void range(@Nullable Number min, @Nullable Number max, String unit, List<String> into) {
        if (max != null) {
            into.add((min == null ? "at most " : min.longValue() + " to ") + max.longValue() + unit);
        } else if (min != null) {
            into.add("at least " + min.longValue() + unit);
        }
    }

    private static List<String> rules(JSONSchemaProps schema) {
        List<String> found = new ArrayList<>();
        if (schema.getXKubernetesValidations() != null) {
            schema.getXKubernetesValidations().forEach(rule -> found.add(rule.getMessage()));
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(field -> found.addAll(rules(field)));
        }
        return found;
    }
}
