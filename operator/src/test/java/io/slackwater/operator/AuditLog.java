package io.slackwater.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a real API server was asked, as it wrote it down itself: one entry for each request that was answered. */
final class AuditLog {
    /** Verbs that change something. */
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete", "deletecollection");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    AuditLog(Path file) {
        this.file = file;
    }

    /** What the API server has to be told for it: metadata of everything, one entry each. */
    static List<String> flags(Path folder) throws IOException {
        Path policy = Files.writeString(folder.resolve("audit-policy.yaml"), """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived, ResponseStarted]
                rules: [{level: Metadata}]
                """);
        return List.of("--audit-policy-file=" + policy, "--audit-log-path=" + folder.resolve("audit.log"));
    }

    /**
     * A request.
     *
     * @param user who asked, or on whose behalf
     * @param group empty for the core group
     * @param resource with its subresource, as in {@code pods/status}; empty for anything but a resource
     * @param code of the answer
     */
    record Entry(
            String user, String verb, String group, String resource, String name, int code, String client, String uri) {
        /** Whether something was changed, or would have been. */
        boolean write() {
            return WRITES.contains(verb);
        }
    }

    /** Everything so far, in the order of the answers. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        try (var lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                entries.add(entry(JSON.readTree(line)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log cannot be read", e);
        }
        return entries;
    }

    /** What one user asked. */
    List<Entry> of(String user) {
        return entries().stream().filter(entry -> entry.user().equals(user)).toList();
    }

    private static Entry entry(JsonNode event) {
        JsonNode object = event.path("objectRef");
        String resource = object.path("resource").asText("");
        String sub = object.path("subresource").asText("");
        JsonNode impersonated = event.path("impersonatedUser").path("username");
        return new Entry(
                impersonated.isMissingNode()
                        ? event.path("user").path("username").asText()
                        : impersonated.asText(),
                event.path("verb").asText(),
                object.path("apiGroup").asText(""),
                sub.isEmpty() ? resource : resource + "/" + sub,
                object.path("name").asText(""),
                event.path("responseStatus").path("code").asInt(),
                event.path("userAgent").asText(),
                event.path("requestURI").asText());
    }
}
