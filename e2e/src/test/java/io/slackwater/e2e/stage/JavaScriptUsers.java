package io.slackwater.e2e.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Users written in JavaScript ({@code src/test/js/chat.js}), a process of this machine that reaches a gateway through the API server. */
public final class JavaScriptUsers implements AutoCloseable {
    private static final Path SOURCE = Path.of("src/test/js");
    private static final Path WORK = Path.of("target", "js");
    private static final long NPM_SECONDS = 120;

    private final LocalPortForward forward;
    private final Process process;
    private final BufferedReader said;

    private JavaScriptUsers(LocalPortForward forward, Process process) {
        this.forward = forward;
        this.process = process;
        this.said = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Lets them talk for this long; returns when they do. Skips the test where there is no {@code npm}. */
    public static JavaScriptUsers talk(Stage stage, Tier tier, int seconds) throws IOException {
        installOrSkip();
        LocalPortForward forward = stage.client()
                .pods()
                .inNamespace(tier.namespace())
                .withName(stage.gatewayPods(tier.namespace(), tier.name())
                        .getFirst()
                        .getMetadata()
                        .getName())
                .portForward(8080);
        Process process = new ProcessBuilder(
                        "node",
                        "chat.js",
                        "ws://127.0.0.1:" + forward.getLocalPort() + "/stomp",
                        String.valueOf(seconds))
                .directory(WORK.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        JavaScriptUsers users = new JavaScriptUsers(forward, process);
        String first = users.said.readLine();
        if (!"talking".equals(first)) {
            users.close();
            throw new IllegalStateException("the users do not talk, they say: " + first);
        }
        return users;
    }

    private static void installOrSkip() throws IOException {
        Files.createDirectories(WORK);
        for (String file : List.of("package.json", "chat.js")) {
            Files.writeString(WORK.resolve(file), Files.readString(SOURCE.resolve(file)));
        }
        if (Files.isDirectory(WORK.resolve("node_modules/@stomp/stompjs"))) {
            return;
        }
        try {
            Program.run(NPM_SECONDS, List.of("npm", "--version"));
        } catch (IllegalStateException absent) {
            Assumptions.abort("skipped: JavaScript users need npm and Node 18 or later: " + absent.getMessage());
        }
        Program.run(
                NPM_SECONDS,
                List.of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", WORK.toString()));
    }

    /** What became of their messages, once they are done. */
    public JsonNode report() throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IllegalStateException("the users ended without a report");
        }
        Log.line("stompjs: " + line);
        return new ObjectMapper().readTree(line);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        forward.close();
    }
}
