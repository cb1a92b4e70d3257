package io.slackwater.testkit.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The process with users of the helper for stompjs and of stompjs alone: {@code test/real/users.js} of {@link StompJsPackage}, which says what they do
 * and what their report means. What they complain of is printed. Commands may come from any thread, answers are for one.
 */
public final class StompJsUsers implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private final Writer commands;

    /**
     * Starts it; the users wait until they hear where gateways are.
     *
     * @param helpers users of the helper
     * @param channelsEach that each of them listens to
     * @param plain users of stompjs alone
     * @param how empty, or {@code broken} for a helper whose faults have to be seen
     */
    public StompJsUsers(int helpers, int channelsEach, int plain, int channels, String how) throws IOException {
        process = StompJsPackage.start(
                ProcessBuilder.Redirect.PIPE,
                List.of(
                        "node",
                        "test/real/users.js",
                        String.valueOf(helpers),
                        String.valueOf(channelsEach),
                        String.valueOf(plain),
                        String.valueOf(channels),
                        how));
        said = process.inputReader(UTF_8);
        commands = process.outputWriter(UTF_8);
        Thread.ofVirtual().start(() -> process.errorReader(UTF_8).lines().forEach(System.out::println));
    }

    /** Where gateways are now. */
    public void reachable(Collection<String> urls) throws IOException {
        say("urls " + String.join(" ", urls));
    }

    /** Lets somebody of theirs talk through this gateway, which has to stay. */
    public void talk(String url) throws IOException {
        say("talk " + url);
    }

    /** Returns when all of them are subscribed and have heard something. */
    public void awaitReady() throws IOException {
        expect("ready");
    }

    /** The report, when all have heard each channel's last number or have waited for long. */
    public Map<String, Integer> end(int last) throws IOException {
        return report("end " + last);
    }

    /** The same, when it was they who talked. */
    public Map<String, Integer> end() throws IOException {
        return report("end");
    }

    private Map<String, Integer> report(String command) throws IOException {
        say(command);
        String report = expect("report ");
        System.out.println("stompjs users: " + report);
        return Arrays.stream(report.substring("report ".length()).split(" "))
                .map(field -> field.split("="))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Integer.parseInt(parts[1])));
    }

    private synchronized void say(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    private String expect(String start) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(start)) {
                return line;
            }
        }
        throw new IllegalStateException("the users ended and did not say " + start);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
