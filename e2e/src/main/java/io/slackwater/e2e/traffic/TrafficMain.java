package io.slackwater.e2e.traffic;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Runs the traffic. {@code GET /readyz} is there once messages flow, {@code GET /report} says how it stands, {@code POST /stop} ends the
 * sending and says what came of it.
 */
@Command(name = "traffic", description = "Users and a back end of a pub/sub tier, counting what arrives.")
final class TrafficMain implements Callable<Integer> {
    @Mixin
    TrafficOptions options = new TrafficOptions();

    @Override
    public Integer call() throws InterruptedException {
        TrafficRun run = new TrafficRun(options);
        run.begin();
        ReportServer.listen(
                options.member.port,
                Map.of("/readyz", () -> "traffic flows", "/report", run::report),
                Map.of("/stop", run::stop));
        System.out.println("traffic flows");
        new CountDownLatch(1).await();
        return 0;
    }
}
