package io.slackwater.testkit.apiserver;

import java.util.Map;

/**
 * A request as it was read.
 *
 * @param path decoded, without the query
 * @param headers names in lower case
 */
record HttpRequest(String method, String path, Map<String, String> query, Map<String, String> headers, byte[] body) {

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    boolean wantsWebSocket() {
        return header("upgrade").equalsIgnoreCase("websocket");
    }

    boolean flag(String name) {
        String value = query.getOrDefault(name, "false");
        return value.equals("true") || value.equals("1");
    }
}
