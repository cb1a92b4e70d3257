package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_recorded_range_is_replayed_and_drawn() throws IOException {
        Path range = folder.resolve("range.json");
        Files.writeString(range, recordedDay());
        Path svg = folder.resolve("day.svg");
        int code =
                run("replay", "--range", range.toString(), "--target", "1000", "--svg", svg.toString(), "--decisions");
        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("range.json: 1d, of which 0s are learnt from and not counted")
                .containsPattern("scale out to \\d+")
                .containsPattern("(?m)^HPA .* 100 % ")
                .contains("Slackwater", "oracle");
        assertThat(Files.readString(svg)).startsWith("<svg").contains("slots moved so far");
    }

    @Test
    void what_is_wrong_is_said_in_a_sentence() throws IOException {
        Path html = folder.resolve("login.html");
        Files.writeString(html, "<html>");
        assertThat(run("replay", "--range", html.toString(), "--target", "1000"))
                .isNotZero();
        assertThat(err.toString()).contains("login.html: this is not JSON: save the answer of Prometheus");
        assertThat(wrong("--range", html.toString())).contains("--target is missing");
        assertThat(wrong("--range", folder.resolve("none").toString(), "--target", "1"))
                .contains("cannot read");
        assertThat(wrong("--window", "0 25 * * *")).contains("is not a cron expression");
        assertThat(wrong("--window", "0 3 * * *", "--window-duration", "two")).contains("\"two\" is not a duration");
        assertThat(wrong("--time-zone", "Asia/Soul")).contains("there is no time zone \"Asia/Soul\"");
        assertThat(wrong("--min", "9", "--max", "3")).contains("9 to 3 replicas");
        assertThat(wrong("--target", "100", "--capacity", "50")).contains("the capacity no less than that");
    }

    private String wrong(String... arguments) {
        err.getBuffer().setLength(0);
        String[] all = new String[arguments.length + 1];
        all[0] = "replay";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        assertThat(run(all)).isEqualTo(CommandLine.ExitCode.USAGE);
        return err.toString();
    }

    private int run(String... arguments) {
        return new CommandLine(new OperatorMain(Clock.systemUTC(), ApiClients::serialization))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static String recordedDay() {
        StringBuilder values = new StringBuilder();
        for (int minute = 0; minute < 24 * 60; minute += 5) {
            double load = 5_000 - 3_000 * Math.cos(2 * Math.PI * minute / (24 * 60));
            values.append(minute == 0 ? "" : ",")
                    .append("[")
                    .append(1_700_000_000L + 60L * minute)
                    .append(",\"")
                    .append(load)
                    .append("\"]");
        }
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":["
                + values + "]}]}}";
    }
}
