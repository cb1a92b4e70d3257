package io.slackwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.testkit.clients.ReturningClients;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How even a drain is, measured with real sockets: clients note when they were told to go and when they were told to come again. The
 * figures are printed; what is asserted is generous, for a busy machine is late.
 */
class DrainRateTest {
    private static final int CLIENTS = 3_000;
    private final TestGateway gateway = new TestGateway("--connections-per-second=0", "--connect-timeout=600000");

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void reconnectsComeAtTheSetRate() throws InterruptedException {
        double rate;
        int peak;
        try (ReturningClients clients = connected()) {
            rate = told(clients, "/drain?disconnectsPerSecond=1000&reconnectSpreadMillis=2000");
            peak = clients.busiestSecondAsTold();
        }
        System.out.printf(
                "drain of %d at 1000/s: %.0f/s, peak of those who come again within a second %d (%.2f of the set rate)%n",
                CLIENTS, rate, peak, peak / 1000.0);
        assertThat(rate).isBetween(700.0, 1_050.0);
        assertThat(peak).isLessThan(1_300);
    }

    @Test
    void fiveThousandASecondWhenAllowed() throws InterruptedException {
        double rate;
        try (ReturningClients clients = connected()) {
            rate = told(clients, "/drain?disconnectsPerSecond=100000");
        }
        System.out.printf("drain of %d without a limit: %.0f/s%n", CLIENTS, rate);
        assertThat(rate).isGreaterThan(1_000);
    }

    private ReturningClients connected() throws InterruptedException {
        return new ReturningClients(CLIENTS, new InetSocketAddress("127.0.0.1", gateway.server.port()), null);
    }

    /** Lets the gateway drain; how many were told in a second, from the request to the last of them. */
    private double told(ReturningClients clients, String drain) throws InterruptedException {
        long begun = System.nanoTime();
        gateway.post(drain);
        clients.awaitLeft();
        return CLIENTS / ((System.nanoTime() - begun) / 1e9);
    }
}
