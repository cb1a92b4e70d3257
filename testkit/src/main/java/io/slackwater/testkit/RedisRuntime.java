package io.slackwater.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Runs containers of Redis and Valkey images as this machine's redis-server (see {@link RedisProcess#binary()}).
 *
 * <p>The container's own command and arguments are kept. Put in front of the PATH, for the container and its hooks, are
 * two small scripts: {@code redis-server} adds the pod's address and port and turns persistence off, {@code redis-cli}
 * talks to the pod's server unless told otherwise. So a {@code sh -c} around either works too.
 */
public final class RedisRuntime implements ContainerRuntime {
    private static final Pattern IMAGE = Pattern.compile("(^|.*/)[^/]*(redis|valkey)[^/]*$");
    private static final int DEFAULT_PORT = 6379;

    @Override
    public Optional<ContainerCommand> command(ContainerContext container) {
        if (!IMAGE.matcher(container.container().getImage()).matches()) {
            return Optional.empty();
        }
        Path scripts = container.folder().resolve("bin");
        int port = container.portOr(DEFAULT_PORT);
        Path server = RedisProcess.binary();
        Path beside = server.resolveSibling("redis-cli");
        String cli = Files.isExecutable(beside) ? beside.toString() : "redis-cli";
        String serverScript = "case \" $* \" in *' --tls-port '*) port=\"--port 0 --tls-port " + port
                + "\";; *) port=\"--port " + port + "\";; esac\nexec '" + server + "' \"$@\" --bind "
                + container.podIp()
                + " $port --dir '" + container.folder()
                + "' --save '' --appendonly no --protected-mode no --daemonize no\n";
        String cliScript = "PATH=${PATH#*:}\nexec '" + cli + "' -h " + container.podIp() + " -p " + port + " \"$@\"\n";
        for (String name : List.of("redis-server", "valkey-server")) {
            script(scripts.resolve(name), serverScript);
        }
        for (String name : List.of("redis-cli", "valkey-cli")) {
            script(scripts.resolve(name), cliScript);
        }
        Map<String, String> env = new HashMap<>(container.env());
        env.put(
                "PATH",
                scripts + ":"
                        + env.getOrDefault(
                                "PATH",
                                Optional.ofNullable(System.getenv("PATH")).orElse("/bin")));
        return Optional.of(new ContainerCommand(words(container), env));
    }

    /** As the images' entry point does it: without a command, options and a configuration file go to the server. */
    private static List<String> words(ContainerContext container) {
        List<String> words = container.words();
        if (container.command().isEmpty()
                && (words.isEmpty()
                        || words.getFirst().startsWith("-")
                        || words.getFirst().endsWith(".conf"))) {
            List<String> withServer = new ArrayList<>(List.of("redis-server"));
            withServer.addAll(words);
            return withServer;
        }
        String program = Path.of(words.getFirst()).getFileName().toString();
        if (program.equals("redis-server") || program.equals("valkey-server")) {
            words.set(0, program); // an absolute path of the image is not this machine's
        }
        return words;
    }

    private static void script(Path file, String body) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, "#!/bin/sh\n" + body);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException("could not write the script " + file, e);
        }
    }
}
