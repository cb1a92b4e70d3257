package io.slackwater.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole system with all of its processes, in small. */
@Timeout(300)
class QuickstartIT {
    private static final String[] SMALL = {"--clients=20", "--channels=100", "--rate=300", "--duration=2", "--seed=7"};

    @TempDir
    Path folder;

    private record Outcome(int code, String output, JsonNode report) {}

    private Outcome run(String... more) throws IOException {
        Path json = folder.resolve("report.json");
        String[] args = new String[SMALL.length + more.length + 1];
        System.arraycopy(SMALL, 0, args, 0, SMALL.length);
        System.arraycopy(more, 0, args, SMALL.length, more.length);
        args[args.length - 1] = "--json=" + json;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int code = Quickstart.run(
                args,
                new PrintStream(bytes, true, UTF_8),
                false,
                Path.of("..").toAbsolutePath().normalize(),
                folder.resolve("state"),
                System.nanoTime());
        return new Outcome(code, bytes.toString(UTF_8), new ObjectMapper().readTree(json.toFile()));
    }

    @Test
    void three_to_five_to_two_nodes_lose_nothing_though_the_operator_is_killed() throws IOException {
        Outcome outcome = run();
        assertThat(outcome.code()).as(outcome.output()).isZero();
        JsonNode report = outcome.report();
        assertThat(report.get("lost").asLong()).isZero();
        assertThat(report.get("published").asLong()).isPositive();
        assertThat(report.at("/counts/deliveries").asLong())
                .isEqualTo(2 * report.get("published").asLong());
        assertThat(report.get("kill").asText()).contains("handovers open");
    }

    @Test
    void an_unknown_option_is_refused_with_a_sentence() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int code = Quickstart.run(
                new String[] {"--clients=1"}, new PrintStream(bytes, true, UTF_8), false, folder, folder, 0);
        assertThat(code).isEqualTo(2);
        assertThat(bytes.toString(UTF_8)).contains("--clients is 1: write 2 to 20000");
    }
}
