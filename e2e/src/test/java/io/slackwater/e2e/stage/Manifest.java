package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of manifests with {@code @NAMES@} to be filled in. */
final class Manifest {
    private static final Pattern HOLE = Pattern.compile("@[A-Z_]+@");

    private final String text;

    private Manifest(String text) {
        this.text = text;
    }

    /** A resource of this suite, all its holes filled. */
    static Manifest of(String file, Map<String, String> values) {
        String path = "/e2e/" + file;
        try (InputStream in = Manifest.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalArgumentException("there is no resource " + path);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("@" + value.getKey() + "@", value.getValue());
            }
            Matcher left = HOLE.matcher(text);
            if (left.find()) {
                throw new IllegalArgumentException(path + ": nobody says what " + left.group() + " is");
            }
            return new Manifest(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates the objects, or brings those that are there to this. */
    void apply(KubernetesClient client) {
        for (HasMetadata object : objects(client)) {
            client.resource(object).forceConflicts().serverSideApply();
        }
    }

    void delete(KubernetesClient client) {
        objects(client).forEach(object -> client.resource(object).delete());
    }

    List<HasMetadata> objects(KubernetesClient client) {
        return client.load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .items();
    }
}
