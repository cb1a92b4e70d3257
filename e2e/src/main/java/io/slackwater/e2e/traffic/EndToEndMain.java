package io.slackwater.e2e.traffic;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The programs of the end-to-end suite's image. */
@Command(
        name = "e2e",
        description = "Programs that use a pub/sub tier and count what arrives.",
        subcommands = {TrafficMain.class, CrowdMain.class})
public final class EndToEndMain {
    private EndToEndMain() {}

    /** Runs one of them until the process is ended. */
    public static void main(String[] args) {
        Runtime.getRuntime().halt(new CommandLine(new EndToEndMain()).execute(args));
    }
}
