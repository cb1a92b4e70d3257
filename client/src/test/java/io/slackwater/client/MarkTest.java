package io.slackwater.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a mark, and what is a message. */
class MarkTest {
    private static final String KEY = "abcdefghijklmn-_";

    @ParameterizedTest
    @ValueSource(ints = {1, 10, Mark.MAX_NUMBER})
    void isReadAsItWasWritten(int number) {
        for (String key : new String[] {KEY, KEY.repeat(4)}) {
            Mark mark = new Mark(key, number);
            assertThat(Mark.read(mark.payload())).isEqualTo(mark);
            assertThat(Mark.named(mark.name())).isEqualTo(mark);
        }
        assertThat(new Mark(KEY, 7).payload()).isEqualTo(("\0slackwater-mark\0" + KEY + ".7").getBytes(US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\0",
                "hello",
                "\0slackwater-mark\0",
                "\0slackwater-mark\0abcdefghijklmno.1",
                "\0slackwater-mark\0abcdefghijklmn-_",
                "\0slackwater-mark\0abcdefghijklmn-_.",
                "\0slackwater-mark\0abcdefghijklmn-_.0",
                "\0slackwater-mark\0abcdefghijklmn-_.01",
                "\0slackwater-mark\0abcdefghijklmn-_.1 ",
                "\0slackwater-mark\0abcdefghijklmn-_.1\n",
                "\0slackwater-mark\0abcdefghijklmn-_.1000000000",
                "\0slackwater-mark\0abcdefghijklmn:_.1",
                "\0slackwater-mark\0abcdefghijklmn\u00e9_.1",
                "\0slackwater-mark abcdefghijklmn-_.1",
                "slackwater-mark\0abcdefghijklmn-_.12"
            })
    void whatDiffersInTheLeastIsAMessage(String payload) {
        assertThat(Mark.read(payload.getBytes(ISO_8859_1))).isNull();
    }

    @Test
    void keyNumberAndNameHaveBounds() {
        assertThatThrownBy(() -> new Mark("short", 1)).hasMessageContaining("16 to 64");
        assertThatThrownBy(() -> new Mark(KEY.repeat(5), 1)).hasMessageContaining("16 to 64");
        assertThatThrownBy(() -> new Mark(KEY, 0)).hasMessageContaining("1 to 999999999");
        assertThatThrownBy(() -> Mark.named(KEY)).hasMessageContaining("KEY.NUMBER");
    }
}
