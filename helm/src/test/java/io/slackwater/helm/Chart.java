package io.slackwater.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The chart, as Helm renders it. */
final class Chart {
    static final Path FOLDER = Path.of("slackwater");
    static final String NAMESPACE = "slackwater-system";
    private static final Pattern SOURCE = Pattern.compile("(?m)^# Source: slackwater/templates/(\\S+)\\n");

    private Chart() {}

    /**
     * One object of a rendering.
     *
     * @param template it comes from, below {@code templates/}
     * @param text in YAML
     */
    record Manifest(String template, String text) {
        HasMetadata object() {
            return Serialization.unmarshal(text);
        }
    }

    /**
     * All objects with these values, in the order in which Helm would install them.
     *
     * @param values in YAML
     * @throws IllegalStateException with what Helm says, if it refuses the values
     */
    static List<Manifest> render(String values) {
        Path file = write(values);
        try {
            String all = new Helm(FOLDER)
                    .template()
                    .withName("slackwater")
                    .withNamespace(NAMESPACE)
                    .withKubeVersion("1.33.0")
                    .withValuesFile(file)
                    .call();
            List<Manifest> manifests = new ArrayList<>();
            for (String part : all.split("(?m)^---\\n")) {
                var source = SOURCE.matcher(part);
                if (source.find()) {
                    String text = part.substring(source.end()).strip() + "\n";
                    if (text.contains("kind: ") || text.contains("kind\": ")) {
                        manifests.add(new Manifest(source.group(1), text));
                    }
                }
            }
            return manifests;
        } finally {
            delete(file);
        }
    }

    /** What {@code helm install} would tell the user. */
    static String notes(String values) {
        Path file = write(values);
        try {
            return new Helm(FOLDER)
                    .install()
                    .withName("slackwater")
                    .withNamespace(NAMESPACE)
                    .withKubeVersion("1.33.0")
                    .withValuesFile(file)
                    .clientOnly()
                    .dryRun()
                    .debug()
                    .call()
                    .getOutput();
        } finally {
            delete(file);
        }
    }

    static LintResult lint() {
        return new Helm(FOLDER).lint().strict().call();
    }

    private static Path write(String values) {
        try {
            return Files.writeString(Files.createTempFile(Path.of("target"), "values", ".yaml"), values);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
