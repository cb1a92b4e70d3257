package io.slackwater.quickstart.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page on loopback: its files, {@code GET /state}, {@code POST /seen} by which a page tells what it has counted, and {@code POST /do/ACTION}. Other
 * sites can neither read nor write it, also not under a name of theirs that leads here.
 */
final class PageServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);
    private static final int LONGEST_BODY = 256 * 1024;
    private static final int MOST_PAGES = 16;
    private static final String TEXT = "text/plain; charset=utf-8";

    private final ObjectMapper json = new ObjectMapper();
    private final PageFiles files;
    private final Supplier<PageState> state;
    private final Actions actions;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Seen> seen = new LinkedHashMap<>();

    /** What the page can ask for. */
    interface Actions {
        /**
         * @param gateway the one that the page is connected to, as it says; may be anything
         * @return what happens now, in a sentence
         * @throws IllegalArgumentException with a sentence, if that cannot be done
         */
        String act(String action, String gateway);
    }

    private record Reply(int code, String type, byte[] body) {
        static Reply text(int code, String text) {
            return new Reply(code, TEXT, text.getBytes(UTF_8));
        }
    }

    /**
     * Listens on a free port.
     *
     * @param state asked for each answer; cheap
     */
    PageServer(PageFiles files, Supplier<PageState> state, Actions actions) {
        this.files = files;
        this.state = state;
        this.actions = actions;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on loopback", e);
        }
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    /** Where it is. */
    URI address() {
        return URI.create(origin() + "/");
    }

    /** What browsers give as Origin when its page connects somewhere. */
    String origin() {
        return "http://" + authority();
    }

    private String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** What pages have told last, each of those that told something lately. */
    Collection<Seen> seen() {
        synchronized (seen) {
            return List.copyOf(seen.values());
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply;
            try {
                reply = reply(exchange);
            } catch (RuntimeException e) {
                LOG.warn("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                reply = Reply.text(500, "that went wrong: see the log of the quickstart\n");
            }
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", reply.type());
            headers.set("Content-Security-Policy", files.policy());
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(reply.code(), reply.body().length == 0 ? -1 : reply.body().length);
            exchange.getResponseBody().write(reply.body());
        }
    }

    private Reply reply(HttpExchange exchange) throws IOException {
        if (!authority().equals(exchange.getRequestHeaders().getFirst("Host"))) {
            return Reply.text(421, "this page is at " + address() + "\n");
        }
        String path = exchange.getRequestURI().getPath();
        return switch (exchange.getRequestMethod()) {
            case "GET" -> get(path);
            case "POST" -> post(path, exchange);
            default -> Reply.text(405, "GET and POST are known here\n");
        };
    }

    private Reply get(String path) throws IOException {
        if (path.equals("/state")) {
            return new Reply(200, "application/json", json.writeValueAsBytes(state.get()));
        }
        Optional<PageFiles.File> file = files.get(path);
        return file.isPresent()
                ? new Reply(200, file.get().type(), file.get().content())
                : Reply.text(404, "there is nothing at " + path + "\n");
    }

    private Reply post(String path, HttpExchange exchange) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        if (!origin().equals(headers.getFirst("Origin"))
                || !"application/json".equals(headers.getFirst("Content-Type"))) {
            return Reply.text(403, "only the page itself may do that\n");
        }
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY + 1);
        if (body.length > LONGEST_BODY) {
            return Reply.text(413, "at most " + LONGEST_BODY + " bytes are taken\n");
        }
        try {
            if (path.equals("/seen")) {
                note(json.readValue(body, Seen.class));
                return new Reply(204, TEXT, new byte[0]);
            }
            if (path.startsWith("/do/")) {
                JsonNode asked = json.readTree(body);
                return Reply.text(
                        200,
                        actions.act(path.substring(4), asked.path("gateway").asText()));
            }
            return Reply.text(404, "nothing is taken at " + path + "\n");
        } catch (JsonProcessingException e) {
            return Reply.text(400, "that is not as expected: " + e.getOriginalMessage() + "\n");
        } catch (IllegalArgumentException refused) {
            return Reply.text(409, refused.getMessage() + "\n");
        }
    }

    private void note(Seen now) {
        synchronized (seen) {
            seen.remove(now.page()); // the latest are last
            seen.put(now.page(), now);
            if (seen.size() > MOST_PAGES) {
                seen.remove(seen.keySet().iterator().next());
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
