package io.slackwater.e2e.traffic;

import io.slackwater.client.PubSub;
import io.slackwater.quickstart.traffic.BackEnd;
import io.slackwater.quickstart.traffic.Crowd;
import io.slackwater.quickstart.traffic.Pacer;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs a crowd of users that come back when they are told to. {@code GET /readyz} is there once all are connected for the first time,
 * {@code GET /report} says how it stands.
 */
@Command(name = "crowd", description = "Users who come back when their gateway goes, counting what they miss.")
final class CrowdMain implements Callable<Integer> {
    private static final long LOOK_NANOS = 50_000_000;

    @Mixin
    MemberOptions member = new MemberOptions();

    @Option(names = "--gateways", required = true, description = "WebSocket endpoint behind which the gateways are.")
    URI gateways = URI.create("");

    @Option(names = "--channels", description = "Number of channels (${DEFAULT-VALUE}).")
    int channels = 100;

    @Option(names = "--clients", description = "Number of users (${DEFAULT-VALUE}).")
    int clients = 1_000;

    @Option(names = "--rate", description = "Messages a second over all channels (${DEFAULT-VALUE}).")
    double rate = 100;

    @Option(names = "--seed", description = "What is published when (${DEFAULT-VALUE}).")
    long seed = 1;

    @Override
    public Integer call() throws InterruptedException {
        PubSub tier = member.join();
        Crowd crowd = new Crowd(gateways, clients, channels, seed);
        while (!crowd.complete()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        Pacer pacer = new Pacer("back-end", rate, channels, seed, new BackEnd(tier, 0, channels));
        ReportServer.listen(member.port, Map.of("/readyz", () -> "all are here", "/report", crowd::counts), Map.of());
        System.out.println(clients + " users are here");
        try (pacer) {
            new CountDownLatch(1).await();
        }
        return 0;
    }
}
