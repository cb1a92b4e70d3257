package io.slackwater.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.testkit.PodVolumes.MissingObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Resolves a container's environment, and {@code $(VAR)} in its command. */
record PodEnvironment(Pod pod, String podIp, String nodeName, PodVolumes volumes) {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([\\w.-]+)\\)");

    Map<String, String> of(Container container) throws MissingObject {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("POD_IP", podIp);
        env.put("HOSTNAME", pod.getMetadata().getName());
        for (EnvFromSource source : container.getEnvFrom()) {
            String prefix = Optional.ofNullable(source.getPrefix()).orElse("");
            Map<String, byte[]> content = Map.of();
            if (source.getConfigMapRef() != null) {
                content = volumes.configMap(
                        source.getConfigMapRef().getName(),
                        source.getConfigMapRef().getOptional());
            } else if (source.getSecretRef() != null) {
                content = volumes.secret(
                        source.getSecretRef().getName(), source.getSecretRef().getOptional());
            }
            content.forEach((key, value) -> env.put(prefix + key, new String(value, UTF_8)));
        }
        for (EnvVar variable : container.getEnv()) {
            Optional<String> value = variable.getValueFrom() == null
                    ? Optional.of(Optional.ofNullable(variable.getValue()).orElse(""))
                    : from(variable.getValueFrom(), container);
            value.ifPresent(text ->
                    env.put(variable.getName(), ownAddress(volumes.rewrite(container, expand(text, env)))));
        }
        return env;
    }

    /** The word as the process is to see it. */
    String word(String word, Container container, Map<String, String> env) {
        return ownAddress(volumes.rewrite(container, expand(word, env)));
    }

    /** The word of a hook or probe as a process of this machine is to see it. */
    String mounted(String word, Container container) {
        return volumes.rewrite(container, word);
    }

    /** All pods share one machine: what listens everywhere in a pod listens on the pod's address here. */
    private String ownAddress(String word) {
        return word.replace("0.0.0.0", podIp);
    }

    private static String expand(String text, Map<String, String> env) {
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(env.getOrDefault(match.group(1), match.group())));
    }

    private Optional<String> from(EnvVarSource source, Container container) throws MissingObject {
        if (source.getFieldRef() != null) {
            return Optional.of(field(source.getFieldRef().getFieldPath()));
        }
        if (source.getConfigMapKeyRef() != null) {
            var ref = source.getConfigMapKeyRef();
            return key(volumes.configMap(ref.getName(), ref.getOptional()), ref.getKey(), ref.getOptional());
        }
        if (source.getSecretKeyRef() != null) {
            var ref = source.getSecretKeyRef();
            return key(volumes.secret(ref.getName(), ref.getOptional()), ref.getKey(), ref.getOptional());
        }
        if (source.getResourceFieldRef() != null && container.getResources() != null) {
            String[] path = source.getResourceFieldRef().getResource().split("\\.", 2);
            var amounts = path[0].equals("limits")
                    ? container.getResources().getLimits()
                    : container.getResources().getRequests();
            return Optional.ofNullable(amounts == null ? null : amounts.get(path[1]))
                    .map(quantity ->
                            quantity.getNumericalAmount().toBigInteger().toString());
        }
        return Optional.empty();
    }

    private static Optional<String> key(Map<String, byte[]> content, String key, @Nullable Boolean optional)
            throws MissingObject {
        byte[] value = content.get(key);
        if (value != null) {
            return Optional.of(new String(value, UTF_8));
        }
        if (Boolean.TRUE.equals(optional)) {
            return Optional.empty();
        }
        throw new MissingObject("couldn't find key " + key);
    }

    private String field(String path) {
        ObjectMeta metadata = pod.getMetadata();
        Matcher keyed = Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)'\\]")
                .matcher(path);
        if (keyed.matches()) {
            Map<String, String> map =
                    keyed.group(1).equals("labels") ? metadata.getLabels() : metadata.getAnnotations();
            return Optional.ofNullable(map).orElse(Map.of()).getOrDefault(keyed.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> metadata.getName();
            case "metadata.namespace" -> metadata.getNamespace();
            case "metadata.uid" -> metadata.getUid();
            case "status.podIP", "status.podIPs" -> podIp;
            case "status.hostIP" -> StandInKubelet.HOST_IP;
            case "spec.nodeName" -> nodeName;
            case "spec.serviceAccountName" ->
                Optional.ofNullable(pod.getSpec().getServiceAccountName()).orElse("default");
            default -> throw new IllegalArgumentException("the field " + path + " cannot be had as environment");
        };
    }
}
