package io.slackwater.quickstart.check;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StampTest {
    @Test
    void is_read_back_from_the_middle_of_an_array() {
        Stamp stamp = new Stamp(2, 1999, 123_456_789_012L, 1_800_000_000_000_000L);
        byte[] payload = ("head\n\n" + new String(stamp.encode(), US_ASCII) + "\0").getBytes(US_ASCII);
        assertThat(Stamp.decode(payload, 6, payload.length - 1)).isEqualTo(stamp);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 2 3", "1 2 3 4 5", "1 2 x 4", "1  3 4", "1 2 3 ", "1 2 3 99999999999999999999"})
    void what_is_no_stamp_is_refused_and_shown(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        assertThatThrownBy(() -> Stamp.decode(bytes, 0, bytes.length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }
}
