package io.slackwater.testkit.apiserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Accepts connections on 127.0.0.1 and serves each on a virtual thread of its own. */
final class LoopbackHttpServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Function<HttpRequest, HttpReply> handler;

    /** @param port 0 for any */
    LoopbackHttpServer(int port, Function<HttpRequest, HttpReply> handler) {
        this.handler = handler;
        try {
            listener = new ServerSocket(port, 128, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException("could not listen on 127.0.0.1:" + port, e);
        }
        Thread.ofPlatform()
                .daemon()
                .name("api-server-" + listener.getLocalPort())
                .start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Ends every connection there is; new ones are accepted. */
    void cutConnections() {
        connections.forEach(LoopbackHttpServer::closeQuietly);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                socket.setTcpNoDelay(true);
                HttpConnection connection = new HttpConnection(socket, handler);
                Thread.ofVirtual().start(() -> {
                    connection.run();
                    connections.remove(socket);
                });
            } catch (IOException e) {
                // Either this server is closed, which ends the loop, or that one client had already gone.
            }
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutConnections();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was to be closed and is.
        }
    }
}
