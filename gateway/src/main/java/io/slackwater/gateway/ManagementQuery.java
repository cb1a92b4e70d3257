package io.slackwater.gateway;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;

/**
 * The parameters of a management request. What is wrong with one is said by an {@link IllegalArgumentException}.
 *
 * @param example of a request, for the sentence
 */
record ManagementQuery(QueryStringDecoder uri, String example) {
    /** A number that must be given; too large for an int counts as the largest. */
    int number(String name) {
        return (int) Math.min(Integer.MAX_VALUE, value(name));
    }

    /** A time in milliseconds that must be given. */
    Duration millis(String name) {
        return Duration.ofMillis(value(name));
    }

    /** A time in milliseconds; none when it is not given. */
    Duration millisOrZero(String name) {
        return given(name).isEmpty() ? Duration.ZERO : millis(name);
    }

    /** A text that must be given. */
    String text(String name) {
        List<String> values = given(name);
        if (values.size() != 1) {
            throw new IllegalArgumentException("write one " + name + ", as in " + example);
        }
        return values.getFirst();
    }

    private long value(String name) {
        String text = text(name);
        if (!text.matches("[0-9]{1,15}")) {
            throw new IllegalArgumentException("write one " + name + ", as in " + example);
        }
        return Long.parseLong(text);
    }

    private List<String> given(String name) {
        return uri.parameters().getOrDefault(name, List.of());
    }
}
