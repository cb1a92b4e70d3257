package io.slackwater.client;

import static io.slackwater.client.PublishSubscribeTest.get;
import static io.slackwater.client.PublishSubscribeTest.warmUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slackwater.ring.LoadReport;
import io.slackwater.ring.RingFormatException;
import io.slackwater.ring.Slots;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Members tell the operator what each slot has to carry. */
class LoadReportingTest {
    @Test
    void reports_are_at_most_a_hundredth_of_the_traffic_and_at_least_every_five_minutes() {
        LoadReporting reporting = new LoadReporting(30_000, 0);
        assertThat(reporting.due(29_999, 1 << 20)).isFalse();
        assertThat(reporting.due(30_000, 0)).as("the first").isTrue();
        reporting.sent(30_000, 0, 1_000);
        assertThat(reporting.due(60_000, 99_999)).isFalse();
        assertThat(reporting.due(60_000, 100_000)).isTrue();
        assertThat(reporting.due(329_999, 0)).isFalse();
        assertThat(reporting.due(330_000, 0)).isTrue();
    }

    @Test
    void one_that_was_not_sent_is_due_again() {
        LoadReporting reporting = new LoadReporting(1_000, 0);
        reporting.sent(1_000, 5, 0);
        assertThat(reporting.due(1_001, 5)).isTrue();
        assertThat(reporting.span(1_500)).isEqualTo(1_500);
    }

    @Test
    void a_member_reports_what_it_published_and_subscribed_per_slot_and_its_hottest_channel() throws Exception {
        try (TestTier tier = TestTier.start(2);
                PubSubClient client = PubSubClient.connect(
                        tier.settings()
                                .member("gateway-7")
                                .loadReportInterval(Duration.ofSeconds(1))
                                .build(),
                        new Inbox())) {
            Queue<LoadReport> reports = new ConcurrentLinkedQueue<>();
            for (int server = 0; server < 2; server++) {
                tier.listen(server, message -> {
                    if (LoadReport.isReport(message)) {
                        try {
                            reports.add(LoadReport.decode(message));
                        } catch (RingFormatException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                });
            }
            get(client.subscribe(List.of("a", "b", "{b}c")));
            warmUp(client, "nobody listens");
            for (int i = 0; i < 320; i++) {
                get(client.publish(i % 4 == 0 ? "a" : "b", new byte[100]));
            }
            await().untilAsserted(() -> {
                assertThat(delivered(reports, "a")).isBetween(75L, 85L); // 80, rounded
                assertThat(delivered(reports, "b")).isBetween(225L, 256L); // 240, rounded
            });
            LoadReport last = reports.stream().reduce((a, b) -> b).orElseThrow();
            assertThat(last.member()).isEqualTo("gateway-7");
            long[] subscribed = new long[Slots.COUNT];
            last.forEachSlot((slot, deliveries, subscriptions) -> subscribed[slot] = subscriptions);
            assertThat(subscribed[Slots.of("a")]).isEqualTo(1);
            assertThat(subscribed[Slots.of("b")]).isEqualTo(2);
            assertThat(reports)
                    .flatExtracting(LoadReport::channels)
                    .extracting(LoadReport.HotChannel::name)
                    .contains("b");
        }
    }

    private static long delivered(Queue<LoadReport> reports, String channel) {
        long[] sum = {0};
        reports.forEach(report -> report.forEachSlot(
                (slot, deliveries, subscriptions) -> sum[0] += slot == Slots.of(channel) ? deliveries : 0));
        return sum[0];
    }
}
