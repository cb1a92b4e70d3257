package io.slackwater.operator.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.scaling.replay.Recording;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * A recording made from the answer to {@code /api/v1/query_range}: one series. Steps at which Prometheus had nothing, or what is not a
 * number, are gaps.
 */
public final class PrometheusRange {
    /** Most samples, gaps counted: two years, a sample a minute. */
    static final int MOST = 1_052_640;

    private static final ObjectMapper JSON = new ObjectMapper();

    private PrometheusRange() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException it is something else; the message is a sentence that says what, and what to do
     */
    public static Recording read(byte[] json) {
        JsonNode answer;
        try {
            answer = JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "this is not JSON: save the answer of Prometheus to /api/v1/query_range as it is", e);
        }
        if (answer == null || !answer.path("status").asText().equals("success")) {
            String error = answer == null ? "" : answer.path("error").asText();
            throw new IllegalArgumentException(
                    error.isEmpty()
                            ? "this is no answer of Prometheus: it has no \"status\": \"success\""
                            : "Prometheus refused the query: " + error);
        }
        JsonNode data = answer.path("data");
        if (!data.path("resultType").asText().equals("matrix")) {
            throw new IllegalArgumentException(
                    "this is a " + data.path("resultType").asText("thing without resultType")
                            + ", not a matrix: ask /api/v1/query_range, not /api/v1/query");
        }
        JsonNode series = data.path("result");
        if (series.size() != 1) {
            throw new IllegalArgumentException(
                    series.isEmpty()
                            ? "the query found nothing in this range"
                            : "there are " + series.size() + " series: ask for one, as with sum(…)");
        }
        return recording(series.path(0).path("values"));
    }

    private static Recording recording(JsonNode values) {
        if (values.size() < 2) {
            throw new IllegalArgumentException("a range of " + values.size() + " samples is too short: two at least");
        }
        long[] seconds = new long[values.size()];
        double[] numbers = new double[values.size()];
        long step = Long.MAX_VALUE;
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = Math.round(values.path(i).path(0).asDouble());
            numbers[i] = number(values.path(i).path(1).asText());
            if (i > 0) {
                step = Math.min(step, seconds[i] - seconds[i - 1]);
            }
        }
        if (step < 1) {
            throw new IllegalArgumentException("the samples are not in the order of time, or less than a second apart");
        }
        long count = (seconds[seconds.length - 1] - seconds[0]) / step + 1;
        if (count > MOST) {
            throw new IllegalArgumentException(
                    count + " samples are too many: " + MOST + " at most; take a longer step or a shorter range");
        }
        double[] load = new double[(int) count];
        Arrays.fill(load, Double.NaN);
        for (int i = 0; i < seconds.length; i++) {
            load[(int) ((seconds[i] - seconds[0]) / step)] = numbers[i];
        }
        return bridged(Instant.ofEpochSecond(seconds[0]), Duration.ofSeconds(step), load);
    }

    /** Gaps become straight lines between what is known. */
    private static Recording bridged(Instant from, Duration step, double[] load) {
        boolean[] seen = new boolean[load.length];
        int last = -1;
        for (int i = 0; i < load.length; i++) {
            seen[i] = !Double.isNaN(load[i]);
            if (seen[i]) {
                for (int gap = last + 1; gap < i; gap++) {
                    double part = last < 0 ? 1 : (double) (gap - last) / (i - last);
                    load[gap] = last < 0 ? load[i] : load[last] + part * (load[i] - load[last]);
                }
                last = i;
            }
        }
        if (last < 0) {
            throw new IllegalArgumentException("no sample of the range is a number");
        }
        Arrays.fill(load, last + 1, load.length, load[last]);
        return new Recording(from, step, load, seen);
    }

    private static double number(String text) {
        try {
            return Sample.of(Double.parseDouble(text)) instanceof Sample.Value value ? value.value() : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
