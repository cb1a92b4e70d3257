package io.slackwater.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Answers every instant query like a Prometheus, with the figure that the test has set. */
final class StandInPrometheus implements AutoCloseable {
    private final HttpServer server;

    /** What it says. */
    volatile double load;

    /** With which status. */
    volatile int code = HttpURLConnection.HTTP_OK;

    /** @param token that is asked for; null for none */
    StandInPrometheus(@Nullable String token, double load) throws IOException {
        this.load = load;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/query", exchange -> {
            boolean known = token == null
                    || ("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body =
                    ("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":["
                                    + Clock.systemUTC().instant().getEpochSecond() + ",\"" + this.load + "\"]}]}}")
                            .getBytes(UTF_8);
            exchange.sendResponseHeaders(known ? code : HttpURLConnection.HTTP_UNAUTHORIZED, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
