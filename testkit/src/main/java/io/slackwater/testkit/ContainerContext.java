package io.slackwater.testkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A container that is to be started, with everything that Kubernetes resolves for it resolved: mounted paths point to
 * folders of this machine, {@code $(VAR)} is replaced, environment from ConfigMaps, Secrets and fields is filled in, and
 * {@code 0.0.0.0} is the pod's own address.
 *
 * @param podIp the loopback address that is the pod's alone
 * @param command entry point as in the manifest, empty if the image's own is meant
 * @param args arguments as in the manifest
 * @param env the container's environment, {@code POD_IP} always among it
 * @param folder an empty folder for this container's files
 */
public record ContainerContext(
        Pod pod,
        Container container,
        String podIp,
        List<String> command,
        List<String> args,
        Map<String, String> env,
        Path folder) {

    /** Command and arguments, one after the other. */
    public List<String> words() {
        List<String> words = new ArrayList<>(command);
        words.addAll(args);
        return words;
    }

    /** The first port the container declares, or the given one when it declares none. */
    public int portOr(int otherwise) {
        return container.getPorts().isEmpty()
                ? otherwise
                : container.getPorts().getFirst().getContainerPort();
    }
}
