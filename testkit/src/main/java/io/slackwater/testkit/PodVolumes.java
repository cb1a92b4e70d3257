package io.slackwater.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pod's volumes as folders of this machine: ConfigMaps, Secrets and empty folders. Text that names a mounted path is
 * rewritten to the folder, in arguments as well as in the mounted files themselves.
 */
final class PodVolumes {
    private final KubernetesClient client;
    private final Pod pod;
    private final Path root;

    PodVolumes(KubernetesClient client, Pod pod, Path root) {
        this.client = client;
        this.pod = pod;
        this.root = root;
    }

    /**
     * Writes all volumes, or what has changed of them.
     *
     * @throws MissingObject if a ConfigMap or Secret is not there yet
     */
    void write() throws IOException, MissingObject {
        for (Volume volume : pod.getSpec().getVolumes()) {
            Path folder = Files.createDirectories(folder(volume.getName()));
            if (volume.getConfigMap() != null) {
                var source = volume.getConfigMap();
                write(folder, configMap(source.getName(), source.getOptional()), source.getItems());
            } else if (volume.getSecret() != null) {
                var source = volume.getSecret();
                write(folder, secret(source.getSecretName(), source.getOptional()), source.getItems());
            } else if (volume.getProjected() != null) {
                for (var source : volume.getProjected().getSources()) {
                    if (source.getConfigMap() != null) {
                        var map = source.getConfigMap();
                        write(folder, configMap(map.getName(), map.getOptional()), map.getItems());
                    } else if (source.getSecret() != null) {
                        var secret = source.getSecret();
                        write(folder, secret(secret.getName(), secret.getOptional()), secret.getItems());
                    }
                }
            }
        }
    }

    /** The text with every path that this container mounts replaced by the folder it stands for. */
    String rewrite(Container container, String text) {
        return rewrite(container.getVolumeMounts().stream(), text);
    }

    private String rewrite(Stream<VolumeMount> mounts, String text) {
        Map<String, String> targets = new LinkedHashMap<>();
        mounts.sorted(Comparator.comparing((VolumeMount m) -> m.getMountPath().length())
                        .reversed())
                .forEach(mount -> {
                    Path folder = folder(mount.getName());
                    targets.putIfAbsent(
                            stripEnd(mount.getMountPath()),
                            (mount.getSubPath() == null ? folder : folder.resolve(mount.getSubPath())).toString());
                });
        if (targets.isEmpty()) {
            return text;
        }
        // All in one pass: the folders lie below /tmp, which may be mounted, too.
        String paths = targets.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|"));
        return Pattern.compile("(?<![\\w/.-])(?:" + paths + ")(?![\\w.-])")
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(targets.getOrDefault(match.group(), match.group())));
    }

    /** The bytes under each key of a ConfigMap; nothing if it is absent and optional. */
    Map<String, byte[]> configMap(String name, @Nullable Boolean optional) throws MissingObject {
        var map = client.configMaps()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(name)
                .get();
        if (map == null) {
            return missing("configmap", name, optional);
        }
        Map<String, byte[]> content = new HashMap<>();
        Optional.ofNullable(map.getData())
                .orElse(Map.of())
                .forEach((key, text) -> content.put(key, text.getBytes(UTF_8)));
        Optional.ofNullable(map.getBinaryData())
                .orElse(Map.of())
                .forEach((key, base64) -> content.put(key, Base64.getDecoder().decode(base64)));
        return content;
    }

    /** The bytes under each key of a Secret; nothing if it is absent and optional. */
    Map<String, byte[]> secret(String name, @Nullable Boolean optional) throws MissingObject {
        var secret = client.secrets()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(name)
                .get();
        if (secret == null) {
            return missing("secret", name, optional);
        }
        Map<String, byte[]> content = new HashMap<>();
        Optional.ofNullable(secret.getData())
                .orElse(Map.of())
                .forEach((key, base64) -> content.put(key, Base64.getDecoder().decode(base64)));
        return content;
    }

    private static Map<String, byte[]> missing(String kind, String name, @Nullable Boolean optional)
            throws MissingObject {
        if (Boolean.TRUE.equals(optional)) {
            return Map.of();
        }
        throw new MissingObject(kind + " \"" + name + "\" not found");
    }

    private void write(Path folder, Map<String, byte[]> content, List<KeyToPath> items) throws IOException {
        for (var entry : content.entrySet()) {
            Optional<String> file = items.isEmpty()
                    ? Optional.of(entry.getKey())
                    : items.stream()
                            .filter(item -> item.getKey().equals(entry.getKey()))
                            .map(KeyToPath::getPath)
                            .findFirst();
            if (file.isPresent()) {
                Path target = folder.resolve(file.get());
                Files.createDirectories(target.getParent());
                put(target, rewriteText(entry.getValue()));
            }
        }
    }

    /** A file changes as a whole, and only when there is something else in it. */
    private static void put(Path target, byte[] content) throws IOException {
        if (Files.exists(target) && Arrays.equals(Files.readAllBytes(target), content)) {
            return;
        }
        Path fresh = target.resolveSibling(".." + target.getFileName());
        Files.write(fresh, content);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private byte[] rewriteText(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            return bytes; // not text
        }
        return rewrite(pod.getSpec().getContainers().stream().flatMap(c -> c.getVolumeMounts().stream()), text)
                .getBytes(UTF_8);
    }

    private Path folder(String volume) {
        return root.resolve("volumes").resolve(volume);
    }

    private static String stripEnd(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** An object the pod refers to does not exist (yet). */
    static final class MissingObject extends Exception {
        private static final long serialVersionUID = 1L;

        MissingObject(String message) {
            super(message);
        }
    }
}
