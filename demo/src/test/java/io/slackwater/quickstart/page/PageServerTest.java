package io.slackwater.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page's server gives, what it takes, and from whom. */
class PageServerTest {
    private static final Pattern REFERENCE =
            Pattern.compile("(?:src|href)=\"([^\"]+)\"|(?:from|import) '([^']+)'|\": \"(\\./[^\"]+)\"");
    private static final Map<String, String> IMPORTS =
            Map.of("@slackwater/stompjs", "/slackwater/index.js", "@stomp/stompjs", "/stomp/index.js");
    private static final String SEEN = """
            {"page":"0123456789abcdef","gateway":"g","moves":1,"takenOver":40,"possibleGaps":0,"losses":0,
            "friends":[{"channel":"nearby:friend-0","received":3,"first":5,"last":7,"missed":0,"repeated":0,"reordered":0}]}
            """;

    private final HttpClient http = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init")
    private PageServer server;

    @BeforeEach
    void start() throws IOException {
        server = new PageServer(
                new PageFiles(Path.of("..")),
                () -> new PageState(40, List.of(), List.of(), null, false),
                (action, gateway) -> {
                    if (action.equals("refused")) {
                        throw new IllegalArgumentException("not now");
                    }
                    return action + " of " + gateway;
                });
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    @Test
    void everythingThatThePageRefersToComesFromHere() throws Exception {
        Map<String, String> found = new LinkedHashMap<>();
        Deque<URI> open = new ArrayDeque<>(List.of(server.address()));
        while (!open.isEmpty()) {
            URI next = open.remove();
            assertThat(next.getAuthority())
                    .as("%s", next)
                    .isEqualTo(server.address().getAuthority());
            if (found.containsKey(next.getPath())) {
                continue;
            }
            HttpResponse<String> answer = get(next);
            assertThat(answer.statusCode()).as("%s", next).isEqualTo(200);
            found.put(
                    next.getPath(), answer.headers().firstValue("Content-Type").orElse(""));
            Matcher reference = REFERENCE.matcher(answer.body());
            while (reference.find()) {
                String name = reference.group(1) != null
                        ? reference.group(1)
                        : reference.group(2) != null ? reference.group(2) : reference.group(3);
                open.add(next.resolve(IMPORTS.getOrDefault(name, name)));
            }
        }
        assertThat(found)
                .containsEntry("/", "text/html; charset=utf-8")
                .containsEntry("/page.css", "text/css; charset=utf-8")
                .containsEntry("/icon.svg", "image/svg+xml")
                .containsEntry("/main.js", "text/javascript; charset=utf-8")
                .containsKeys("/slackwater/splice.js", "/stomp/client.js", "/stomp/compatibility/compat-client.js");
    }

    @Test
    void scriptsComeFromHereAloneAndTheImportMapIsLetInByItsHash() throws Exception {
        HttpResponse<String> page = get(server.address());
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'")
                .containsPattern("script-src 'self' 'sha256-[A-Za-z0-9+/]{43}=';")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("onclick", "<style", "style=");
    }

    @Test
    void nothingElseIsThere() throws Exception {
        for (String path :
                List.of("/package-info.java", "/slackwater/../package.json", "/stomp/%2e%2e/package.json", "/x")) {
            assertThat(get(server.address().resolve(path)).statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
    }

    @Test
    void underAnotherNameItIsNotThere() throws Exception {
        URI other = URI.create(server.address().toString().replace("127.0.0.1", "localhost"));
        HttpResponse<String> answer = get(other);
        assertThat(answer.statusCode()).isEqualTo(421);
        assertThat(answer.body()).contains(server.address().toString());
    }

    @Test
    void whatAPageHasSeenIsKept() throws Exception {
        assertThat(post("/seen", server.origin(), SEEN)).isEqualTo(204);
        assertThat(server.seen()).singleElement().satisfies(seen -> {
            assertThat(seen.takenOver()).isEqualTo(40);
            assertThat(seen.friends()).allMatch(Seen.Friend::clean);
        });
    }

    @Test
    void onlySoManyPagesAreKept() throws Exception {
        for (int page = 0; page < 20; page++) {
            String name = "%016x".formatted(page);
            assertThat(post("/seen", server.origin(), SEEN.replace("0123456789abcdef", name)))
                    .isEqualTo(204);
        }
        assertThat(server.seen()).hasSize(16).last().extracting(Seen::page).isEqualTo("%016x".formatted(19));
    }

    @Test
    void nobodyElseMayWrite() throws Exception {
        assertThat(post("/seen", "http://elsewhere.example", SEEN)).isEqualTo(403);
        assertThat(post("/do/anything", "http://elsewhere.example", "{}")).isEqualTo(403);
        assertThat(server.seen()).isEmpty();
    }

    @Test
    void whatIsNoReportIsRefused() throws Exception {
        assertThat(post("/seen", server.origin(), "{}")).isEqualTo(400);
        assertThat(post("/seen", server.origin(), "not JSON")).isEqualTo(400);
        assertThat(post("/seen", server.origin(), SEEN.replace("0123456789abcdef", "me")))
                .isEqualTo(400);
        assertThat(post("/seen", server.origin(), " ".repeat(300_000))).isEqualTo(413);
    }

    @Test
    void anActionThatCannotBeDoneIsRefused() throws Exception {
        assertThat(post("/do/something", server.origin(), "{\"gateway\":\"g\"}"))
                .isEqualTo(200);
        assertThat(post("/do/refused", server.origin(), "{}")).isEqualTo(409);
    }

    private HttpResponse<String> get(URI address) throws Exception {
        return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private int post(String path, String origin, String body) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(server.address().resolve(path))
                                .header("Origin", origin)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
