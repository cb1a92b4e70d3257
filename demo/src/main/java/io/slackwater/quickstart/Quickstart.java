package io.slackwater.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.slackwater.quickstart.report.LiveView;
import io.slackwater.quickstart.report.Report;
import io.slackwater.quickstart.report.ReportText;
import io.slackwater.quickstart.traffic.TrafficPlan;
import io.slackwater.testkit.RedisProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The program behind {@code ./quickstart}. Exit codes are in {@code --help}. */
public final class Quickstart {
    private static final int FAILED = 1;
    private static final int WRONG_OPTION = 2;
    private static final int COULD_NOT_RUN = 70;

    private Quickstart() {}

    /** Runs it and ends the process. */
    public static void main(String[] args) {
        long started = System.nanoTime();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path home = Path.of(System.getProperty("slackwater.home", "."))
                .toAbsolutePath()
                .normalize();
        boolean terminal = Boolean.getBoolean("slackwater.terminal");
        System.exit(run(args, out, terminal, home, home.resolve(".quickstart"), started));
    }

    /**
     * Runs it.
     *
     * @param terminal whether the output is drawn in place
     * @param home the project's top folder
     * @param state folder for logs and the kubeconfig
     * @return the exit code
     */
    static int run(String[] args, PrintStream out, boolean terminal, Path home, Path state, long startedNanos) {
        Options options = new Options();
        CommandLine line = new CommandLine(options);
        TrafficPlan plan;
        try {
            line.parseArgs(args);
            if (CommandLine.printHelpIfRequested(line.getParseResult())) {
                return 0;
            }
            plan = options.plan();
        } catch (ParameterException | IllegalArgumentException e) {
            out.println("quickstart: " + e.getMessage() + " (--help shows all options)");
            return WRONG_OPTION;
        }
        try {
            RedisProcess.binary();
        } catch (IllegalStateException missing) {
            out.println(
                    "quickstart: no redis-server on the PATH. Install one (apt-get install redis-server) or name it:"
                            + " REDIS_SERVER=/path/to/redis-server ./quickstart");
            return COULD_NOT_RUN;
        }
        LiveView view = new LiveView(out, terminal);
        Runtime.getRuntime().addShutdownHook(new Thread(view::silence, "silence"));
        try (Run run = new Run(options, plan, home, state, view, startedNanos)) {
            Report report = run.execute();
            view.erase();
            ReportText.lines(report).forEach(view::say);
            writeJson(options, report, out);
            if (options.stay || options.page) {
                view.say("Still running, until Ctrl-C:");
                run.invitation().forEach(view::say);
                run.stay();
            }
            return report.problems().isEmpty() ? 0 : FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return COULD_NOT_RUN;
        } catch (RuntimeException e) {
            view.say("quickstart: could not go on: " + e.getMessage());
            return COULD_NOT_RUN;
        }
    }

    private static void writeJson(Options options, Report report, PrintStream out) {
        if (options.json == null) {
            return;
        }
        try {
            Files.writeString(
                    options.json,
                    new ObjectMapper()
                                    .enable(SerializationFeature.INDENT_OUTPUT)
                                    .writeValueAsString(report) + "\n");
        } catch (IOException e) {
            out.println("quickstart: the report could not be written to " + options.json + ": " + e.getMessage());
        }
    }
}
