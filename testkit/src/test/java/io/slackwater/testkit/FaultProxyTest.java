package io.slackwater.testkit;

import static io.slackwater.testkit.FaultProxy.Direction.TO_CLIENT;
import static io.slackwater.testkit.FaultProxy.Direction.TO_TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void open() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            while (!echo.isClosed()) {
                try {
                    Socket socket = echo.accept();
                    Thread.ofVirtual().start(() -> echo(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        proxy = FaultProxy.to("127.0.0.1", echo.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void passesBytesUnchangedAndEndsAsItsSidesDo() throws IOException {
        byte[] sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);
        try (Socket socket = connect()) {
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
        }
        await().untilAsserted(() ->
                assertThat(proxy.counters()).isEqualTo(new FaultProxy.Counters(1, 0, 0, 1_000_000, 1_000_000, 0)));
    }

    @Test
    void delaysEachDirectionOnItsOwn() throws IOException {
        try (Socket socket = connect()) {
            proxy.delay(TO_TARGET, Duration.ofMillis(120)).delay(TO_CLIENT, Duration.ofMillis(80));
            long before = System.nanoTime();
            assertThat(echoed(socket, 7)).isEqualTo(7);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
            proxy.heal();
            before = System.nanoTime();
            assertThat(echoed(socket, 8)).isEqualTo(8);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(120));
        }
    }

    @Test
    void abandonedConnectionsLeadNowhereAndNewOnesWork() throws IOException {
        try (Socket old = connect()) {
            assertThat(echoed(old, 1)).isEqualTo(1);
            proxy.abandon();
            old.getOutputStream().write(2);
            await().untilAsserted(
                            () -> assertThat(proxy.counters().bytesSwallowed()).isEqualTo(1));
            assertThat(proxy.counters().cut()).isZero();
            try (Socket fresh = connect()) {
                assertThat(echoed(fresh, 3)).isEqualTo(3);
            }
        }
    }

    @Test
    void jitterKeepsTheOrder() throws IOException {
        proxy.jitter(TO_TARGET, Duration.ofMillis(10));
        try (Socket socket = connect()) {
            for (int i = 0; i < 100; i++) {
                socket.getOutputStream().write(i);
            }
            byte[] back = socket.getInputStream().readNBytes(100);
            for (int i = 0; i < 100; i++) {
                assertThat(back[i]).isEqualTo((byte) i);
            }
        }
    }

    @Test
    void limitsTheBandwidth() throws IOException {
        proxy.limit(TO_TARGET, 100_000);
        try (Socket socket = connect()) {
            long before = System.nanoTime();
            socket.getOutputStream().write(new byte[30_000]);
            assertThat(socket.getInputStream().readNBytes(30_000)).hasSize(30_000);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(290));
        }
    }

    @Test
    void cutsEveryConnectionAndAcceptsNewOnes() throws IOException {
        try (Socket socket = connect()) {
            assertThat(echoed(socket, 1)).isEqualTo(1);
            proxy.cut();
            assertThatThrownBy(() -> echoed(socket, 2)).isInstanceOf(SocketException.class);
        }
        try (Socket socket = connect()) {
            assertThat(echoed(socket, 3)).isEqualTo(3);
        }
        assertThat(proxy.counters().cut()).isEqualTo(1);
    }

    @Test
    void refusesNewConnectionsAndKeepsPresentOnes() throws IOException {
        try (Socket socket = connect()) {
            assertThat(echoed(socket, 1)).isEqualTo(1);
            proxy.refuse();
            // The kernel may let in one more while the accepting thread is on its way out.
            await().untilAsserted(
                            () -> assertThatThrownBy(this::connectAndClose).isInstanceOf(ConnectException.class));
            assertThat(echoed(socket, 2)).isEqualTo(2);
        }
        proxy.accept();
        try (Socket socket = connect()) {
            assertThat(echoed(socket, 3)).isEqualTo(3);
        }
    }

    private void connectAndClose() throws IOException {
        connect().close();
    }

    @Test
    void aHalfOpenConnectionSwallowsWhatIsSent() throws IOException {
        try (Socket socket = connect()) {
            proxy.swallow(TO_CLIENT);
            assertThatThrownBy(() -> echoed(socket, 1)).isInstanceOf(SocketTimeoutException.class);
            proxy.forward(TO_CLIENT);
            assertThat(echoed(socket, 2)).as("what was swallowed stays lost").isEqualTo(2);
            assertThat(proxy.counters().bytesSwallowed()).isEqualTo(1);
        }
    }

    @Test
    void aStalledConnectionDeliversLater() throws IOException {
        try (Socket socket = connect()) {
            proxy.stall(TO_TARGET);
            assertThatThrownBy(() -> echoed(socket, 1)).isInstanceOf(SocketTimeoutException.class);
            proxy.forward(TO_TARGET);
            assertThat(socket.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void cutsAfterExactlySoManyBytes() throws IOException {
        proxy.cutAfter(TO_CLIENT, 5);
        try (Socket socket = connect()) {
            socket.getOutputStream().write(new byte[] {1, 2, 3, 4, 5, 6, 7});
            assertThat(socket.getInputStream().readNBytes(5)).containsExactly(1, 2, 3, 4, 5);
            assertThat(endOf(socket)).isTrue();
        }
        try (Socket socket = connect()) {
            assertThat(echoed(socket, 9)).isEqualTo(9);
        }
        // The client may see the end before the proxy has counted it.
        await().untilAsserted(() -> assertThat(proxy.counters().cut()).isEqualTo(1));
    }

    @Test
    void aTargetThatIsNotThereResetsTheClient() throws IOException {
        echo.close();
        assertThatThrownBy(() -> {
                    try (Socket socket = connect()) {
                        echoed(socket, 1);
                    }
                })
                .isInstanceOf(SocketException.class);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(proxy.host(), proxy.port()), 1000);
        socket.setSoTimeout(500);
        return socket;
    }

    private static boolean endOf(Socket socket) throws SocketTimeoutException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return true;
        }
    }

    private static int echoed(Socket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        int back = socket.getInputStream().read();
        if (back < 0) {
            throw new SocketException("ended");
        }
        return back;
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            // The test is over.
        }
    }
}
