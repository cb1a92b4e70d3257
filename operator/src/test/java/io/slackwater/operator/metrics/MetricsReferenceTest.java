package io.slackwater.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.client.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What is committed is what is declared, and what is declared is called as Prometheus advises. */
class MetricsReferenceTest {
    @Test
    void reference_is_the_generated_one() throws IOException {
        String wanted = MetricsReference.text();
        if (Boolean.getBoolean("slackwater.write")) {
            Files.writeString(MetricsReference.COMMITTED, wanted);
        }
        assertThat(MetricsReference.COMMITTED)
                .as("run  ./mvnw -pl operator -am test -Dtest=MetricsReferenceTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dslackwater.write=true  and commit the result")
                .content()
                .isEqualTo(wanted);
    }

    @Test
    void every_metric_says_what_it_means_and_what_bounds_it() {
        assertThat(Catalogue.all()).hasSizeGreaterThan(50).allSatisfy(metric -> {
            assertThat(metric.name()).matches("slackwater(\\.[a-z]+)+");
            assertThat(metric.help()).as(metric.name()).endsWith(".").hasSizeGreaterThan(10);
            assertThat(metric.unit()).as(metric.name()).isIn("", "seconds", "bytes", "ratio");
            assertThat(metric.labels())
                    .as(metric.name())
                    .allSatisfy(label -> assertThat(label.bound()).isNotBlank());
            assertThat(metric.buckets().isEmpty()).as(metric.name()).isEqualTo(metric.kind() != Metric.Kind.HISTOGRAM);
        });
        assertThat(Catalogue.all()).extracting(Metric::prometheusName).doesNotHaveDuplicates();
    }
}
