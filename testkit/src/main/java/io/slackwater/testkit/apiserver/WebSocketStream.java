package io.slackwater.testkit.apiserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** The server's side of a WebSocket (RFC 6455) that carries watch events: one text frame an event. */
final class WebSocketStream {
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MAX_CLIENT_FRAME = 1 << 16;

    private final DataInputStream in;
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();

    WebSocketStream(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** Accepts the upgrade and sends events until the watch ends or the client closes. */
    void serve(HttpRequest request, Watch watch) throws IOException, InterruptedException {
        String protocol =
                request.header("sec-websocket-protocol").split(",", 2)[0].strip();
        String head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(request.header("sec-websocket-key")) + "\r\n"
                + (protocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + protocol + "\r\n") + "\r\n";
        out.write(head.getBytes(ISO_8859_1));
        out.flush();
        Thread.ofVirtual().start(() -> {
            try {
                read();
            } catch (IOException e) {
                // The client is gone, which is what the next line says.
            }
            watch.close();
        });
        Optional<ObjectNode> event = watch.next();
        while (event.isPresent()) {
            send(TEXT, Json.bytes(event.get()));
            event = watch.next();
        }
        send(CLOSE, new byte[] {0x03, (byte) 0xE8}); // 1000: normal closure
    }

    private void read() throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0x0f;
            int second = in.readUnsignedByte();
            long length = second & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            if (length > MAX_CLIENT_FRAME) {
                throw new IOException("a watching client has no reason to send " + length + " bytes");
            }
            byte[] mask = (second & 0x80) != 0 ? in.readNBytes(4) : new byte[4];
            byte[] payload = in.readNBytes((int) length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i & 3];
            }
            if (opcode == PING) {
                send(PONG, payload);
            } else if (opcode == CLOSE) {
                return;
            }
        }
    }

    private void send(int opcode, byte[] payload) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(10).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            head.put((byte) payload.length);
        } else if (payload.length < 1 << 16) {
            head.put((byte) 126).putShort((short) payload.length);
        } else {
            head.put((byte) 127).putLong(payload.length);
        }
        writing.lock();
        try {
            out.write(head.array(), 0, head.position());
            out.write(payload);
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
