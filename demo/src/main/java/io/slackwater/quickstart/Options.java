package io.slackwater.quickstart;

import io.slackwater.quickstart.traffic.TrafficPlan;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        version = "slackwater quickstart 0.1.0",
        showDefaultValues = true,
        sortOptions = false,
        description =
                "Runs a pub/sub tier with its operator on this machine, resizes it 3 -> 5 -> 2 under live WebSocket traffic,"
                        + " and counts what became of every message.",
        footer = {
            "",
            "Exit codes: 0 all is well; 1 a message was lost, duplicated or out of order, or the tier did not reach its size"
                    + " (with --naive: nothing was lost); 2 an option is wrong; 70 it could not run; 130 interrupted."
        })
final class Options {
    @Option(names = "--clients", description = "WebSocket clients.")
    int clients = 300;

    @Option(
            names = "--channels",
            description = "Channels, each with a publisher in a back end and two behind gateways.")
    int channels = 2_000;

    @Option(names = "--rate", description = "Messages a second, over all publishers.")
    int rate = 2_000;

    @Option(
            names = "--subscribers",
            description = "Clients that subscribe to each channel, on different gateways where possible.")
    int subscribers = 2;

    @Option(names = "--gateways", description = "Gateway processes.")
    int gateways = 2;

    @Option(names = "--publishers", description = "Back-end processes that publish through the client library.")
    int publishers = 1;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "Traffic before, between and after the moves.")
    int duration = 5;

    @Option(names = "--seed", description = "Of who subscribes where and what is published when.")
    long seed = 1;

    @Option(names = "--naive", description = "The same on \"everybody reloads the ring\", without an operator.")
    boolean naive;

    @Option(names = "--no-kill", description = "Do not kill the leading operator in the middle of a handover.")
    boolean noKill;

    @Option(names = "--stay", description = "Keep everything running at the end, until Ctrl-C.")
    boolean stay;

    @Option(
            names = "--page",
            description = "Serve a page with friends that move on a map, through gateways of its own; implies --stay.")
    boolean page;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report there, too.")
    @Nullable
    Path json;

    /**
     * Who does what with these numbers.
     *
     * @throws IllegalArgumentException with a sentence if a value is out of its bounds
     */
    TrafficPlan plan() {
        between("--clients", clients, 2, 20_000);
        between("--channels", channels, 1, 20_000);
        between("--rate", rate, 1, 200_000);
        between("--subscribers", subscribers, 1, 64);
        between("--gateways", gateways, 1, 16);
        between("--publishers", publishers, 1, 8);
        between("--duration", duration, 1, 86_400);
        if (page && naive) {
            throw new IllegalArgumentException("--page needs the operator: leave out --naive");
        }
        return new TrafficPlan(clients, channels, gateways, subscribers, seed);
    }

    private static void between(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + " is " + value + ": write " + least + " to " + most);
        }
    }
}
