package io.slackwater.testkit.apiserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One client's connection: HTTP/1.1 requests one after the other until it turns into a stream of events, chunked or as a
 * WebSocket. Offers to upgrade to HTTP/2 are ignored, as the standard allows.
 */
final class HttpConnection implements Runnable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final Function<HttpRequest, HttpReply> handler;

    HttpConnection(Socket socket, Function<HttpRequest, HttpReply> handler) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream());
        this.handler = handler;
    }

    @Override
    public void run() {
        try (socket) {
            boolean open = true;
            while (open) {
                Optional<HttpRequest> request = readRequest();
                open = request.isPresent() && answer(request.get());
            }
        } catch (IOException e) {
            // The client went away; it will connect again if it wants to.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answer(HttpRequest request) throws IOException, InterruptedException {
        return switch (handler.apply(request)) {
            case HttpReply.Whole whole -> {
                write("HTTP/1.1 " + whole.code() + " " + (whole.code() < 400 ? "OK" : "Error") + "\r\nContent-Type: "
                        + whole.contentType() + "\r\nContent-Length: " + whole.body().length + "\r\n\r\n");
                if (!request.method().equals("HEAD")) {
                    out.write(whole.body());
                }
                out.flush();
                yield !request.header("connection").equalsIgnoreCase("close");
            }
            case HttpReply.Events events -> {
                try {
                    if (request.wantsWebSocket()) {
                        new WebSocketStream(in, out).serve(request, events.watch());
                    } else {
                        chunks(events.watch());
                    }
                } finally {
                    events.end().run();
                }
                yield false;
            }
        };
    }

    private void chunks(Watch watch) throws IOException, InterruptedException {
        write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        out.flush();
        // A client that streams says nothing more: whatever ends the read ends the watch.
        Thread.ofVirtual().start(() -> {
            try {
                while (in.read() >= 0) {
                    continue;
                }
            } catch (IOException e) {
                // as good as an end
            }
            watch.close();
        });
        Optional<ObjectNode> event = watch.next();
        while (event.isPresent()) {
            byte[] line = Json.bytes(event.get());
            write(Integer.toHexString(line.length + 1) + "\r\n");
            out.write(line);
            write("\n\r\n");
            out.flush();
            event = watch.next();
        }
        write("0\r\n\r\n");
        out.flush();
    }

    private Optional<HttpRequest> readRequest() throws IOException {
        String first = readLine();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = first.split(" ", 3);
        if (parts.length < 3) {
            throw new IOException("not a request line: " + first);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        int question = parts[1].indexOf('?');
        String path = question < 0 ? parts[1] : parts[1].substring(0, question);
        String query = question < 0 ? "" : parts[1].substring(question + 1);
        return Optional.of(new HttpRequest(
                parts[0], decode(path.replace("+", "%2B")), readQuery(query), headers, readBody(headers)));
    }

    private byte[] readBody(Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            write("HTTP/1.1 100 Continue\r\n\r\n");
            out.flush();
        }
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked")) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            while (true) {
                int size = Integer.parseInt(readLine().split(";", 2)[0].strip(), 16);
                if (size == 0) {
                    while (!readLine().isEmpty()) {
                        continue; // trailers
                    }
                    return body.toByteArray();
                }
                body.write(exactly(size));
                readLine();
            }
        }
        return exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private byte[] exactly(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("the client ended within a body");
        }
        return bytes;
    }

    private static Map<String, String> readQuery(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            } else if (!pair.isEmpty()) {
                values.put(decode(pair), "");
            }
        }
        return values;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, UTF_8);
    }

    /** A line without its end; "" also at the end of the stream. */
    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(ISO_8859_1);
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
    }
}
