package io.slackwater.operator.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.windows.Durations;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an answer to {@code /api/v1/query} means: pure functions. */
final class PrometheusAnswer {
    /** A sample of this age, or from this far in the future, is none. */
    static final Duration STALE = Duration.ofMinutes(2);

    private static final int LONGEST_ERROR = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private PrometheusAnswer() {}

    /**
     * What it says.
     *
     * @param status of HTTP
     * @param location where it was redirected to; null when nowhere
     */
    static Sample sample(int status, @Nullable String location, byte[] body, Instant now) {
        JsonNode answer = json(body);
        Sample.Failed problem = problem(status, location, answer);
        return problem == null ? result(Objects.requireNonNull(answer).path("data"), now) : problem;
    }

    /**
     * Why there is no result, whatever was asked for.
     *
     * @return null when there is one
     */
    static Sample.@Nullable Failed problem(int status, @Nullable String location, byte[] body) {
        return problem(status, location, json(body));
    }

    private static Sample.@Nullable Failed problem(int status, @Nullable String location, @Nullable JsonNode answer) {
        if (status / 100 == 3) {
            return new Sample.Failed("was redirected with " + status + " to " + cut(String.valueOf(location))
                    + ", where the login is not sent: write the address itself");
        }
        if (status == 401 || status == 403) {
            return new Sample.Failed("was refused with " + status
                    + ": the login in the Secret is missing, wrong or has no right to query");
        }
        String error = answer == null ? "" : answer.path("error").asText();
        if (status == 400 || status == 422) {
            return new Sample.Failed(
                    error.isEmpty() ? "was refused with " + status : "was refused by Prometheus: " + cut(error));
        }
        if (status != 200) {
            return new Sample.Failed("was answered with " + status
                    + (!error.isEmpty()
                            ? ": " + cut(error)
                            : status == 404 ? ": is the address that of a Prometheus, with its path?" : ""));
        }
        if (answer == null || !answer.isObject()) {
            return new Sample.Failed("got an answer that is not of Prometheus: it is not JSON");
        }
        if (!answer.path("status").asText().equals("success")) {
            return new Sample.Failed(
                    error.isEmpty()
                            ? "got an answer without success or error"
                            : "was refused by Prometheus: " + cut(error));
        }
        return null;
    }

    private static Sample result(JsonNode data, Instant now) {
        JsonNode result = data.path("result");
        String type = data.path("resultType").asText();
        return switch (type) {
            case "scalar" -> element(result, now);
            case "vector" ->
                switch (result.size()) {
                    case 0 -> new Sample.Missing();
                    case 1 -> element(result.path(0).path("value"), now);
                    default ->
                        new Sample.Failed(
                                "gave " + result.size() + " results where one is needed: add them up, as with sum(…)");
                };
            case "matrix" ->
                new Sample.Failed("gave a range where one figure is needed: take a function of it, as rate(…) is");
            default ->
                new Sample.Failed("gave a result that is no figure: " + (type.isEmpty() ? "none at all" : cut(type)));
        };
    }

    private static Sample element(JsonNode pair, Instant now) {
        if (pair.size() != 2 || !pair.path(0).isNumber()) {
            return new Sample.Failed("got an answer that is not of Prometheus: a result without time and value");
        }
        double seconds = pair.path(0).asDouble();
        if (!(Math.abs(seconds) < 1e11)) {
            return new Sample.Failed("got an answer that is not of Prometheus: a result of no time");
        }
        Duration age = Duration.between(Instant.ofEpochMilli((long) (seconds * 1000)), now);
        if (age.compareTo(STALE) > 0) {
            return new Sample.Stale(age);
        }
        if (age.compareTo(STALE.negated()) < 0) {
            return new Sample.Failed("is of a time to come, by " + Durations.text(age) + ": the clocks differ");
        }
        try {
            return Sample.of(Double.parseDouble(pair.path(1).asText()));
        } catch (NumberFormatException e) {
            return new Sample.NotANumber();
        }
    }

    private static @Nullable JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return null;
        }
    }

    /** Printable and bounded: it goes into a status. */
    private static String cut(String text) {
        String line = text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() <= LONGEST_ERROR ? line : line.substring(0, LONGEST_ERROR - 1) + "…";
    }
}
