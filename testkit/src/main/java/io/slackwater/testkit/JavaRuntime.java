package io.slackwater.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs containers of known images as Java programs, with the {@code java} that runs this JVM.
 *
 * <p>The container's arguments are passed on; its command is the image's own business and ignored. The environment
 * variable {@code POD_IP} tells the program which address is its own: it has to listen there and nowhere else, since all
 * pods share the machine.
 */
public final class JavaRuntime implements ContainerRuntime {
    private final String classPath;
    private final List<String> jvmOptions;
    private final Map<String, Program> programs = new HashMap<>();

    private record Program(String mainClass, List<String> arguments) {}

    /**
     * @param classPath as for {@code java -cp}
     * @param jvmOptions passed to every JVM, such as {@code -Xmx128m}
     */
    public JavaRuntime(String classPath, String... jvmOptions) {
        this.classPath = classPath;
        this.jvmOptions = List.of(jvmOptions);
    }

    /** A runtime with this JVM's own class path. */
    public static JavaRuntime sameClassPath(String... jvmOptions) {
        return new JavaRuntime(System.getProperty("java.class.path"), jvmOptions);
    }

    /**
     * Names the program of an image. To be called before the runtime is used.
     *
     * @param image repository name without registry, tag or digest, such as {@code slackwater-gateway}
     * @param arguments put before the container's own; <code>{podIP}</code> in them becomes the pod's address
     */
    public JavaRuntime image(String image, String mainClass, String... arguments) {
        programs.put(image, new Program(mainClass, List.of(arguments)));
        return this;
    }

    @Override
    public Optional<ContainerCommand> command(ContainerContext container) {
        return Optional.ofNullable(programs.get(repository(container.container().getImage())))
                .map(program -> {
                    List<String> words = new ArrayList<>();
                    words.add(Path.of(System.getProperty("java.home"), "bin", "java")
                            .toString());
                    words.addAll(jvmOptions);
                    words.addAll(List.of("-cp", classPath, program.mainClass()));
                    program.arguments().forEach(argument -> words.add(argument.replace("{podIP}", container.podIp())));
                    words.addAll(container.args());
                    return new ContainerCommand(words, container.env());
                });
    }

    private static String repository(String image) {
        String name = image.substring(image.lastIndexOf('/') + 1);
        return name.split("[:@]", 2)[0];
    }
}
