package io.slackwater.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Starts a pod's processes on this machine.
 *
 * @param podIp replaces {@code localhost} and {@code 127.0.0.1} in what is executed inside the pod
 * @param folder working directory
 * @param env as in {@link ContainerCommand}
 * @param log where output is appended
 * @param mounted puts this machine's folders in the place of mounted ones, in a word of a hook or probe
 */
record LocalExec(String podIp, Path folder, Map<String, String> env, Path log, UnaryOperator<String> mounted) {
    private static final Pattern LOCAL = Pattern.compile("(?<![\\w.])(127\\.0\\.0\\.1|localhost)(?![\\w.])");

    /** Starts the process of a container. */
    Process start(List<String> words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(resolved(words))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        String home = environment.getOrDefault("HOME", "/tmp");
        environment.clear();
        environment.put("PATH", path);
        environment.put("HOME", home);
        environment.putAll(env);
        return ChildProcesses.start(builder);
    }

    /**
     * Runs a hook or probe as if inside the pod.
     *
     * @return its exit code, or empty when it had not ended in time and was killed
     */
    Optional<Integer> run(List<String> words, Duration timeout) throws IOException, InterruptedException {
        Process process = start(words.stream()
                .map(word -> LOCAL.matcher(mounted.apply(word)).replaceAll(podIp))
                .toList());
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    ? Optional.of(process.exitValue())
                    : Optional.empty();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Java looks a program up in its own PATH; a container's may differ. */
    private List<String> resolved(List<String> words) {
        List<String> result = new ArrayList<>(words);
        String program = words.getFirst();
        String path = env.get("PATH");
        if (path != null && !program.contains("/")) {
            for (String directory : path.split(File.pathSeparator, -1)) {
                Path candidate = Path.of(directory, program);
                if (Files.isExecutable(candidate)) {
                    result.set(0, candidate.toString());
                    break;
                }
            }
        }
        return result;
    }
}
