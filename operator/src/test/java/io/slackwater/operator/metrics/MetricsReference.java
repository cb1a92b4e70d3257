package io.slackwater.operator.metrics;

import io.slackwater.client.metrics.Metric;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The reference for users, {@code docs/metrics.md}, made from what declares the metrics. */
final class MetricsReference {
    static final Path COMMITTED = Path.of("..", "docs", "metrics.md");

    private MetricsReference() {}

    static String text() {
        StringBuilder out = new StringBuilder("""
                # Metrics

                Generated from `OperatorMetric`, `GatewayMetric` and `ClientMetric`, of which the meters are made, too.

                All are in the text format of Prometheus, at `GET /metrics`: of an operator on port 8080, of a gateway on 8081. Nodes are measured by the
                operator. A program of yours that embeds the client shows the client's metrics where its Micrometer registry does. Labels that a scrape adds
                (`pod`, `instance`, the `namespace` of a gateway) are not listed; the operator's series name the namespace of the cluster that they are about, so
                scrape it with `honor_labels: true`, as the chart's ServiceMonitor does. Series of a cluster are shown by the replica that leads, and go when the
                cluster does. A histogram `NAME` has the series `NAME_bucket`, `NAME_count`, `NAME_sum`, and the gauge `NAME_max` with the longest of the last minutes.

                What is worth an alert is in [runbooks.md](runbooks.md).

                """);
        section(
                "Operator, clusters and nodes",
                "A cluster has fewer than 150 series, and fewer than 1,000 with 100 nodes.",
                Catalogue.OPERATOR,
                out);
        section(
                "Gateway",
                "A gateway has fewer than 100 series, however many connections it has.",
                Catalogue.GATEWAY,
                out);
        section(
                "Client",
                "Shown by gateways, and by whatever embeds the client: fewer than 50 series for each cluster joined, however many channels there are.",
                Catalogue.CLIENT,
                out);
        return out.toString().stripTrailing() + "\n";
    }

    private static void section(String title, String bound, List<Metric> metrics, StringBuilder out) {
        out.append("## ").append(title).append("\n\n").append(bound).append("\n\n");
        out.append("| name | type | unit | labels | meaning |\n| --- | --- | --- | --- | --- |\n");
        for (Metric metric : metrics) {
            out.append("| `")
                    .append(metric.prometheusName())
                    .append("` | ")
                    .append(metric.kind().name().toLowerCase(Locale.ROOT))
                    .append(" | ")
                    .append(metric.unit())
                    .append(" | ")
                    .append(metric.labels().stream()
                            .map(label -> "`" + label.name() + "`")
                            .collect(Collectors.joining(", ")))
                    .append(" | ")
                    .append(metric.help())
                    .append(buckets(metric.buckets()))
                    .append(" |\n");
        }
        out.append("\n| label | bounded by |\n| --- | --- |\n");
        metrics.stream()
                .flatMap(metric -> metric.labels().stream())
                .distinct()
                .forEach(label -> out.append("| `")
                        .append(label.name())
                        .append("` | ")
                        .append(label.bound())
                        .append(" |\n"));
        out.append('\n');
    }

    private static String buckets(List<Duration> buckets) {
        return buckets.isEmpty()
                ? ""
                : " Buckets up to "
                        + buckets.stream()
                                .map(bucket -> new BigDecimal(bucket.toNanos())
                                        .movePointLeft(9)
                                        .stripTrailingZeros()
                                        .toPlainString())
                                .collect(Collectors.joining(", "))
                        + " s.";
    }
}
