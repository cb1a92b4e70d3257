package io.slackwater.testkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One look at a container, as its probe describes it. */
record ProbeCheck(Probe probe, Container container, LocalExec exec) {

    /** Whether the container passed; every failure to look counts as not passed. */
    boolean passes() throws InterruptedException {
        Duration timeout = Duration.ofSeconds(
                Optional.ofNullable(probe.getTimeoutSeconds()).orElse(1));
        try {
            if (probe.getTcpSocket() != null) {
                return connects(
                        host(probe.getTcpSocket().getHost()),
                        port(probe.getTcpSocket().getPort()),
                        timeout);
            }
            if (probe.getHttpGet() != null) {
                return answers(timeout);
            }
            if (probe.getExec() != null) {
                return exec.run(probe.getExec().getCommand(), timeout).equals(Optional.of(0));
            }
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private boolean answers(Duration timeout) throws IOException {
        var get = probe.getHttpGet();
        String path = Optional.ofNullable(get.getPath()).orElse("/");
        URI uri = URI.create("http://" + host(get.getHost()) + ":" + port(get.getPort())
                + (path.startsWith("/") ? path : "/" + path));
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        try {
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            for (HTTPHeader header : get.getHttpHeaders()) {
                connection.setRequestProperty(header.getName(), header.getValue());
            }
            int code = connection.getResponseCode();
            return code >= 200 && code < 400;
        } finally {
            connection.disconnect();
        }
    }

    private static boolean connects(String host, int port, Duration timeout) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return true;
        }
    }

    private String host(@Nullable String given) {
        return given == null || given.isEmpty() ? exec.podIp() : given;
    }

    private int port(IntOrString port) {
        if (port.getIntVal() != null) {
            return port.getIntVal();
        }
        return container.getPorts().stream()
                .filter(declared -> port.getStrVal().equals(declared.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no port is named " + port.getStrVal()));
    }
}
