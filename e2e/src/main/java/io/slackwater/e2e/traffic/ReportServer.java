package io.slackwater.e2e.traffic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Answers questions with JSON. */
final class ReportServer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ReportServer() {}

    /**
     * Answers on all addresses of this machine until the process ends.
     *
     * @param got what a GET of each path is answered with
     * @param posted the same for POST
     */
    static void listen(int port, Map<String, Supplier<Object>> got, Map<String, Supplier<Object>> posted) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + port, e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        got.forEach((path, body) -> server.createContext(path, exchange -> answer(exchange, "GET", body)));
        posted.forEach((path, body) -> server.createContext(path, exchange -> answer(exchange, "POST", body)));
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
