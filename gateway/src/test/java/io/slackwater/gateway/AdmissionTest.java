package io.slackwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slackwater.gateway.Admission.Verdict;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who is let in, and when. */
class AdmissionTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);

    private Admission admission(int rate, int queue) {
        return new Admission(rate, queue, clock::get, bound -> bound - 1);
    }

    @Test
    void everybodyWithoutARate() {
        Admission admission = admission(0, 0);
        for (int i = 0; i < 100_000; i++) {
            assertThat(admission.ask()).isEqualTo(new Verdict.Admitted(0));
        }
    }

    @Test
    void burstThenTheRateThenTheQueueThenRefusal() {
        Admission admission = admission(100, 20);
        List<Long> delays = new ArrayList<>();
        Verdict verdict = admission.ask();
        while (verdict instanceof Verdict.Admitted(long delay)) {
            delays.add(TimeUnit.NANOSECONDS.toMillis(delay));
            verdict = admission.ask();
        }
        assertThat(delays.subList(0, 10))
                .as("a tenth of a second's worth at once")
                .containsOnly(0L);
        assertThat(delays.subList(10, 30)).isSorted().startsWith(10L, 20L).endsWith(200L);
        assertThat(delays).hasSize(30);
        assertThat(verdict).isEqualTo(new Verdict.Refused(1 + 2));
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
        assertThat(admission.ask()).as("there is a place again").isInstanceOf(Verdict.Admitted.class);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(10));
        assertThat(admission.ask()).isEqualTo(new Verdict.Admitted(0));
    }

    @Test
    void slowRateHasNoBurst() {
        Admission admission = admission(1, 1);
        assertThat(admission.ask()).isEqualTo(new Verdict.Admitted(0));
        assertThat(admission.ask()).isEqualTo(new Verdict.Admitted(TimeUnit.SECONDS.toNanos(1)));
        assertThat(admission.ask()).isEqualTo(new Verdict.Refused(3 + 6));
    }

    @Test
    void latencyIsOfTheLastTwoSeconds() {
        AcceptLatency latency = new AcceptLatency(clock::get);
        assertThat(latency.millis()).isEmpty();
        latency.record(TimeUnit.MILLISECONDS.toNanos(10));
        latency.record(TimeUnit.MILLISECONDS.toNanos(30));
        assertThat(latency.millis()).hasValue(20);
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1200));
        latency.record(TimeUnit.MILLISECONDS.toNanos(80));
        assertThat(latency.millis()).hasValue(40);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(latency.millis()).hasValue(80);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(5));
        assertThat(latency.millis()).isEmpty();
    }

    @Test
    void thoseWhoWaitGetInAndThoseBeyondTheQueueAreToldWhenToComeAgain() {
        try (TestGateway gateway = new TestGateway("--connections-per-second=5", "--accept-queue=1")) {
            long begun = System.nanoTime();
            for (int i = 0; i < 3; i++) {
                gateway.connect();
            }
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                    .as(
                            "milliseconds until the third is in, a fifth of a second after the second, and that after the first")
                    .isGreaterThanOrEqualTo(390);
            await().until(() -> gateway.get("/drain").body().contains("acceptMillis"));
            List<WebSocketHandshakeException> refused = new ArrayList<>();
            List<Thread> storm = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                storm.add(Thread.ofVirtual().start(() -> {
                    try {
                        gateway.openUnlisted();
                    } catch (CompletionException e) {
                        synchronized (refused) {
                            refused.add((WebSocketHandshakeException) e.getCause());
                        }
                    }
                }));
            }
            await().until(() -> storm.stream().noneMatch(Thread::isAlive));
            assertThat(refused).hasSizeBetween(7, 9).allSatisfy(e -> {
                assertThat(e.getResponse().statusCode()).isEqualTo(503);
                assertThat(e.getResponse()
                                .headers()
                                .firstValueAsLong("Retry-After")
                                .orElse(0))
                        .isBetween(1L, 6L);
            });
            assertThat(gateway.metric("slackwater_gateway_refused_total{reason=\"queue\"}"))
                    .isEqualTo(refused.size());
            assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void boundsOfTheOptions() {
        assertThatThrownBy(() -> TestGateway.settings("--connections-per-second=-1"))
                .hasMessageContaining("--connections-per-second");
        assertThatThrownBy(() -> TestGateway.settings("--accept-queue=-1")).hasMessageContaining("--accept-queue");
        assertThatThrownBy(() -> TestGateway.settings("--drain-rate=0")).hasMessageContaining("disconnectsPerSecond");
        assertThatThrownBy(() -> TestGateway.settings("--drain-timeout=-1")).hasMessageContaining("--drain-timeout");
    }
}
