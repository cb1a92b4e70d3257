package io.slackwater.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of 127.0.0.1 for servers of tests. */
final class LoopbackPorts {
    private LoopbackPorts() {}

    /** One that is free now, below the range the kernel hands to outgoing connections, so that nobody takes it during a restart. */
    static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                return socket.getLocalPort();
            } catch (IOException e) {
                continue; // taken: try another
            }
        }
    }
}
