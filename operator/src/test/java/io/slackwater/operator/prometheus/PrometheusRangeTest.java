package io.slackwater.operator.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.operator.scaling.replay.Recording;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusRangeTest {
    @Test
    void gaps_and_what_is_no_number_are_bridged_and_not_shown() {
        Recording recording = read("[[1000,\"10\"],[1060.0,\"NaN\"],[1120,\"30\"],[1240,\"50\"],[1300,\"+Inf\"]]");
        assertThat(recording.from()).isEqualTo(Instant.ofEpochSecond(1000));
        assertThat(recording.step()).isEqualTo(Duration.ofMinutes(1));
        assertThat(recording.load()).containsExactly(10, 20, 30, 40, 50, 50);
        assertThat(recording.seen()).containsExactly(true, false, true, false, true, false);
        assertThat(read("[[1000,\"NaN\"],[1060,\"7\"]]").load()).containsExactly(7, 7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "<html>|this is not JSON",
                "{\"status\":\"error\",\"error\":\"parse error: unexpected end\"}|Prometheus refused the query: parse error",
                "{}|this is no answer of Prometheus",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}|this is a vector, not a matrix",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}|the query found nothing",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{},{}]}}|there are 2 series: ask for one",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{}]}}|a range of 0 samples is too short",
            })
    void whatever_is_something_else_is_refused_with_a_sentence(String json, String sentence) {
        assertThatThrownBy(() -> PrometheusRange.read(json.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(sentence);
    }

    @Test
    void so_are_samples_without_order_without_numbers_and_without_end() {
        assertThatThrownBy(() -> read("[[1000,\"1\"],[900,\"1\"]]")).hasMessageContaining("not in the order of time");
        assertThatThrownBy(() -> read("[[1000,\"NaN\"],[1060,\"x\"]]"))
                .hasMessage("no sample of the range is a number");
        assertThatThrownBy(() -> read("[[0,\"1\"],[1,\"1\"],[4000000000,\"1\"]]"))
                .hasMessageStartingWith("4000000001 samples are too many");
    }

    private static Recording read(String values) {
        return PrometheusRange.read(
                ("{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},"
                                + "\"values\":" + values + "}]}}")
                        .getBytes(UTF_8));
    }
}
