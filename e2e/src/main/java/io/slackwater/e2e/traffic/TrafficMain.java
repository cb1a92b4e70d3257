package io.slackwater.e2e.traffic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Runs the traffic. {@code GET /readyz} is there once messages flow, {@code GET /report} says how it stands, {@code POST /stop} ends the
 * sending and says what came of it.
 */
@Command(name = "traffic", description = "Users and a back end of a pub/sub tier, counting what arrives.")
public final class TrafficMain implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    TrafficOptions options = new TrafficOptions();

    private TrafficMain() {}

    /** Runs until the process is ended. */
    public static void main(String[] args) {
        Runtime.getRuntime().halt(new CommandLine(new TrafficMain()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        TrafficRun run = new TrafficRun(options);
        run.begin();
        serve(run);
        System.out.println("traffic flows");
        new CountDownLatch(1).await();
        return 0;
    }

    private void serve(TrafficRun run) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(options.port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + options.port, e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/readyz", exchange -> answer(exchange, "GET", () -> "traffic flows"));
        server.createContext("/report", exchange -> answer(exchange, "GET", run::report));
        server.createContext("/stop", exchange -> answer(exchange, "POST", run::stop));
        server.start();
    }

    private static void answer(HttpExchange exchange, String method, Supplier<Object> body) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals(method)) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            byte[] bytes = JSON.writeValueAsBytes(body.get());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
