package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;

/** What a request is answered with. */
sealed interface HttpReply {
    /** One body. */
    record Whole(int code, String contentType, byte[] body) implements HttpReply {}

    /** Events until either side ends it; {@code end} runs once afterwards. */
    record Events(Watch watch, Runnable end) implements HttpReply {}

    static HttpReply json(int code, JsonNode body) {
        return new Whole(code, "application/json", Json.bytes(body));
    }
}
