package io.slackwater.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** A gateway on free loopback ports, in front of a {@link FakePubSub}. Options are those of the command line. */
final class TestGateway implements AutoCloseable {
    final FakePubSub tier = new FakePubSub();
    final GatewayServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<StompClient> clients = new ArrayList<>();

    TestGateway(String... options) {
        this(Authenticator.ALLOW_ALL, options);
    }

    TestGateway(Authenticator authenticator, String... options) {
        server = new GatewayServer(settings(options), tier, authenticator);
    }

    static GatewaySettings settings(String... options) {
        List<String> all = new ArrayList<>(
                List.of("--bind=127.0.0.1", "--port=0", "--management-port=0", "--member=test", "--threads=2"));
        all.addAll(List.of(options));
        GatewayOptions parsed = new GatewayOptions();
        new CommandLine(parsed).setOverwrittenOptionsAllowed(true).parseArgs(all.toArray(String[]::new));
        return parsed.settings();
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + server.port() + "/stomp");
    }

    /** A WebSocket without CONNECT. */
    StompClient open(String... subprotocols) {
        StompClient client = StompClient.open(http, uri(), subprotocols);
        clients.add(client);
        return client;
    }

    /** The same, for many threads; not aborted at the end. */
    StompClient openUnlisted() {
        return StompClient.open(http, uri(), "v12.stomp");
    }

    /** A client that is CONNECTED. */
    StompClient connect() {
        StompClient client = open("v12.stomp");
        client.send("CONNECT\naccept-version:1.2\nhost:test\n\n\0");
        client.expect("CONNECTED");
        return client;
    }

    HttpResponse<String> get(String path) {
        return request(HttpRequest.newBuilder(management(path)).build());
    }

    HttpResponse<String> post(String path) {
        return request(HttpRequest.newBuilder(management(path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    private URI management(String path) {
        return URI.create("http://127.0.0.1:" + server.managementPort() + path);
    }

    private HttpResponse<String> request(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("no answer to " + request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The value of a metric; 0 when it is not there. */
    double metric(String nameAndTags) {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(nameAndTags + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(nameAndTags.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        clients.forEach(StompClient::abort);
        server.close();
        http.close();
    }
}
