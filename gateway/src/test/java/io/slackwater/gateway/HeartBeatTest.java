package io.slackwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeartBeatTest {
    /** The slower of what one can and the other wants, for each direction; never if either says 0. */
    @ParameterizedTest
    @CsvSource({
        "10000, , 0, 0",
        "10000, '0,0', 0, 0",
        "10000, '0,5000', 10000, 0",
        "10000, '5000,0', 0, 10000",
        "10000, '30000,20000', 20000, 30000",
        "10000, '1,2', 10000, 10000",
        "0, '1000,1000', 0, 0",
        "10000, ' 7 , 60000 ', 60000, 10000",
    })
    void negotiation(int own, @Nullable String header, long send, long receive) {
        assertThat(HeartBeat.negotiate(own, header)).isEqualTo(new HeartBeat(send, receive));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1,", ",1", "a,b", "-1,1", "1,2,3", "1.5,2", "9999999999,1"})
    void nonsenseIsRefused(String header) {
        assertThatThrownBy(() -> HeartBeat.negotiate(10_000, header))
                .isInstanceOf(StompException.class)
                .hasMessageContaining("'" + header + "'");
    }

    @Test
    void twoIntervalsOfSilenceAreAllowedAndNoMore() {
        HeartBeat heartBeat = new HeartBeat(0, 100);
        assertThat(heartBeat.isOverdue(200)).isFalse();
        assertThat(heartBeat.isOverdue(201)).isTrue();
        assertThat(new HeartBeat(100, 0).isOverdue(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void gatewayBeatsAndEndsTheSilent() {
        try (TestGateway gateway = new TestGateway("--heart-beat=100")) {
            StompClient silent = gateway.open("v12.stomp");
            silent.send("CONNECT\naccept-version:1.2\nheart-beat:100,100\n\n\0");
            silent.expect("CONNECTED");
            assertThat(silent.expectError(1008)).contains("more than 200 ms");
            assertThat(silent.beats).hasPositiveValue();
            assertThat(gateway.metric("slackwater_gateway_stomp_errors_total{kind=\"timeout\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void beatsKeepTheSessionAndNoneArePromisedNoneAreAsked() {
        try (TestGateway gateway = new TestGateway("--heart-beat=200")) {
            StompClient beating = gateway.open("v12.stomp");
            beating.send("CONNECT\naccept-version:1.2\nheart-beat:200,200\n\n\0");
            StompClient without = gateway.connect();
            beating.expect("CONNECTED");
            await().until(() -> {
                beating.send("\n");
                return beating.beats.get() >= 8;
            });
            assertThat(beating.closed).isNotDone();
            assertThat(without.closed).isNotDone();
            assertThat(without.beats).hasValue(0);
        }
    }

    /** While the gateway does not read, silence is not the client's fault. */
    @Test
    void backpressureIsNoSilence() {
        try (TestGateway gateway = new TestGateway("--heart-beat=100", "--max-in-flight-sends=1")) {
            gateway.tier.holdPublishes = true;
            StompClient client = gateway.open("v12.stomp");
            client.send("CONNECT\naccept-version:1.2\nheart-beat:100,100\n\n\0");
            client.expect("CONNECTED");
            client.send("SEND", Map.of("destination", "c", "receipt", "r"), "x");
            await().until(() -> client.beats.get() >= 10);
            assertThat(client.closed).isNotDone();
            gateway.tier.heldPublishes.remove().complete(1L);
            client.expect("RECEIPT");
        }
    }
}
