package io.slackwater.testkit;

import java.util.List;
import java.util.Map;

/**
 * A process to start, in the container's folder.
 *
 * @param words program and arguments, not empty; a program without slash is looked up in the PATH of {@code env}, else in
 *     this JVM's
 * @param env all of its environment besides the PATH and HOME of this JVM; also that of its hooks and exec probes
 */
public record ContainerCommand(List<String> words, Map<String, String> env) {
    public ContainerCommand {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a container's command needs at least a program");
        }
        words = List.copyOf(words);
        env = Map.copyOf(env);
    }
}
