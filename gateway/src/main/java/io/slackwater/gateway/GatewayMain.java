package io.slackwater.gateway;

import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Runs a gateway until SIGTERM or SIGINT.
 *
 * <p>Exit codes: 0 after a signal and a clean stop, 1 when it could not start or stop, 2 when an option is wrong.
 */
public final class GatewayMain {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayMain.class);
    static final int FAILED = 1;
    static final int WRONG_OPTION = 2;

    private GatewayMain() {}

    /** Starts a gateway. */
    public static void main(String[] args) {
        System.exit(run(
                args,
                GatewayMain::onSignal,
                options -> new ClientTier(
                        options.cluster, options.memberName(), options.seeds, options.access(), options.maxBodyBytes)));
    }

    /**
     * @param started called with the running gateway; returns when it is to end
     * @param tier how to get to the tier, from the options
     * @return the exit code
     */
    static int run(String[] args, Runner started, Function<GatewayOptions, Tier> tier) {
        GatewayOptions options = new GatewayOptions();
        CommandLine line = new CommandLine(options);
        try {
            line.parseArgs(args);
            if (CommandLine.printHelpIfRequested(line.getParseResult())) {
                return 0;
            }
            GatewaySettings settings = options.settings();
            Authenticator authenticator = options.authenticator(System.getenv("SLACKWATER_TOKENS"));
            try (GatewayServer server = new GatewayServer(settings, tier.apply(options), authenticator)) {
                started.run(server);
            }
            return 0;
        } catch (ParameterException | IllegalArgumentException e) {
            line.getErr().println("gateway: " + e.getMessage() + " (--help shows all options)");
            return WRONG_OPTION;
        } catch (RuntimeException e) {
            LOG.error("the gateway could not go on: {}", e.getMessage());
            LOG.debug("where it stopped", e);
            return FAILED;
        }
    }

    /**
     * Runs a gateway on a tier of the caller's until a signal comes.
     *
     * @return the exit code, when the gateway could not start
     */
    public static int run(String[] args, TierFactory tier) {
        return run(
                args,
                GatewayMain::onSignal,
                options -> tier.open(options.cluster, options.memberName(), options.seeds));
    }

    /** What happens while the gateway runs. */
    interface Runner {
        void run(GatewayServer server);
    }

    /**
     * Waits for a signal, and makes it a clean end: the hook drains and closes the server and then ends the process with 0, because to be asked to stop
     * is no failure.
     */
    private static void onSignal(GatewayServer server) {
        CountDownLatch signal = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            int code = 0;
                            try {
                                server.leave();
                            } catch (RuntimeException e) {
                                LOG.error("the gateway did not stop cleanly", e);
                                code = FAILED;
                            }
                            Runtime.getRuntime().halt(code);
                        },
                        "gateway-stop"));
        try {
            signal.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
