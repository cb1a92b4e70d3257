package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StompCodecTest {
    private final Limits limits = TestGateway.settings(
                    "--max-body-bytes=100", "--max-headers=4", "--max-header-bytes=64")
            .limits();
    private final StompDecoder decoder = new StompDecoder(limits);

    private @Nullable StompFrame decode(String text) {
        return decoder.decode(Unpooled.copiedBuffer(text, UTF_8));
    }

    private StompFrame frame(String text) {
        StompFrame frame = decode(text);
        if (frame == null) {
            throw new AssertionError("a heart-beat: " + text);
        }
        return frame;
    }

    private void refused(String text, ErrorKind kind, String sentence) {
        assertThatThrownBy(() -> decode(text))
                .isInstanceOfSatisfying(
                        StompException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "\n\n\r\n\n"})
    void endsOfLineAreHeartBeats(String text) {
        assertThat(decode(text)).isNull();
    }

    @Test
    void bothEndsOfLineAndEndsOfLineAroundTheFrame() {
        StompFrame frame = frame("\n\r\nSEND\r\ndestination:a\r\nx:\r\n\r\nbody\r\n\0\n\r\n");
        assertThat(frame.command()).isEqualTo("SEND");
        assertThat(frame.headers()).containsExactly(Map.entry("destination", "a"), Map.entry("x", ""));
        assertThat(frame.body()).isEqualTo("body\r\n".getBytes(UTF_8));
    }

    @Test
    void firstOfRepeatedHeadersCountsAndValuesAreNotTrimmed() {
        assertThat(frame("SEND\na: 1 \na:2\n\n\0").headers()).containsExactly(Map.entry("a", " 1 "));
    }

    @Test
    void headersAreUnescapedExceptInConnect() {
        assertThat(frame("SEND\nk\\cey:a\\nb\\rc\\cd\\\\n:e\n\n\0").headers())
                .containsExactly(Map.entry("k:ey", "a\nb\rc:d\\n:e"));
        assertThat(frame("CONNECT\npasscode:a\\tb\\\n\n\0").headers()).containsEntry("passcode", "a\\tb\\");
        assertThat(frame("STOMP\npasscode:a:b\\c\n\n\0").headers()).containsEntry("passcode", "a:b\\c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\t", "\\", "a\\0", "\\R", "\\ n"})
    void otherEscapesAreRefused(String value) {
        refused("SEND\na:" + value + "\n\n\0", ErrorKind.MALFORMED, "backslash");
    }

    @Test
    void contentLengthLetsNulsIntoTheBody() {
        assertThat(frame("SEND\ncontent-length:3\n\na\0b\0").body()).isEqualTo("a\0b".getBytes(UTF_8));
        assertThat(frame("SEND\ncontent-length:0\n\n\0").body()).isEmpty();
    }

    @Test
    void badFramesAreRefusedWithASentence() {
        refused("SEND", ErrorKind.MALFORMED, "command line does not end");
        refused("SEND\na:b", ErrorKind.MALFORMED, "header line does not end");
        refused("SEND\na:b\n\nxx", ErrorKind.MALFORMED, "NUL");
        refused("SEND\ncontent-length:3\n\nab\0", ErrorKind.MALFORMED, "content-length is 3 but only 2");
        refused("SEND\ncontent-length:1\n\nab\0", ErrorKind.MALFORMED, "no NUL byte follows");
        refused("SEND\ncontent-length:-1\n\n\0", ErrorKind.MALFORMED, "'-1' is not a number");
        refused("SEND\ncontent-length:99999999999\n\n\0", ErrorKind.MALFORMED, "is not a number");
        refused("SEND\ncontent-length:4294967297\n\na\0", ErrorKind.MALFORMED, "content-length");
        refused("SEND\na:b\n\nx\0y", ErrorKind.MALFORMED, "1 bytes follow");
        refused("SEND\nnocolon\n\n\0", ErrorKind.MALFORMED, "'nocolon' is not 'name:value'");
        refused("SEND\n:b\n\n\0", ErrorKind.MALFORMED, "is not 'name:value'");
        refused("SEND\na:b\rc\n\n\0", ErrorKind.MALFORMED, "bare CR");
        refused("SEND\na:b\0c\n\n\0", ErrorKind.MALFORMED, "NUL");
        refused("\rSEND\n\n\0", ErrorKind.MALFORMED, "bare CR");
        refused("a".repeat(33) + "\n\n\0", ErrorKind.TOO_LARGE, "command line has 33 bytes");
        refused(
                "SEND\na:" + "b".repeat(63) + "\n\n\0",
                ErrorKind.TOO_LARGE,
                "header line has 65 bytes: the limit is 64");
        refused("SEND\na:1\nb:1\nc:1\nd:1\ne:1\n\n\0", ErrorKind.TOO_LARGE, "more than 4 headers");
        refused("SEND\n\n" + "x".repeat(101) + "\0", ErrorKind.TOO_LARGE, "body has 101 bytes: the limit is 100");
    }

    @Test
    void headersMustBeUtf8() {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {'S', '\n', 'a', ':', (byte) 0xC3, '\n', '\n', 0});
        assertThatThrownBy(() -> decoder.decode(in)).hasMessageContaining("not UTF-8");
    }

    @Test
    void limitsAreReachedExactly() {
        assertThat(frame("SEND\na:" + "b".repeat(62) + "\n\n" + "x".repeat(100) + "\0")
                        .body())
                .hasSize(100);
        assertThat(frame("SEND\na:1\nb:1\nc:1\nd:1\n\n\0").headers()).hasSize(4);
    }

    /** What the encoder writes, the decoder reads, whatever the text and the bytes. */
    @Test
    void roundTrip() {
        Random random = new Random(7);
        StompDecoder wide = new StompDecoder(TestGateway.settings().limits());
        String alphabet = "ab:\\\r\nä€😀 cnr\0".replace("\0", "");
        for (int i = 0; i < 5_000; i++) {
            Map<String, String> headers = new LinkedHashMap<>();
            for (int h = random.nextInt(5); h > 0; h--) {
                headers.put(text(random, alphabet, 1), text(random, alphabet, 0));
            }
            headers.remove("content-length");
            byte[] body = new byte[random.nextInt(40)];
            random.nextBytes(body);
            StompFrame frame = new StompFrame("MESSAGE", headers, body);
            StompFrame read = wide.decode(Unpooled.wrappedBuffer(StompEncoder.encode(frame)));
            if (read == null) {
                throw new AssertionError("nothing read");
            }
            assertThat(read.body()).isEqualTo(body);
            Map<String, String> got = new LinkedHashMap<>(read.headers());
            got.remove("content-length");
            assertThat(got).isEqualTo(headers);
        }
    }

    private static String text(Random random, String alphabet, int least) {
        int[] points = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int n = least + random.nextInt(8); n > 0; n--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    /** Damaged input ends in a StompException or in a frame within the limits, and in nothing else. */
    @Test
    void fuzz() {
        byte[][] seeds = {
            "SEND\ndestination:/topic/a\ncontent-length:5\nk\\c:v\\\\\n\nhello\0\n".getBytes(UTF_8),
            "CONNECT\r\naccept-version:1.2\r\nheart-beat:1,2\r\n\r\n\0".getBytes(UTF_8),
        };
        byte[] spice = "\n\r\0:\\\\nrc0159é".getBytes(UTF_8);
        Random random = new Random(11);
        int frames = 0;
        int refusals = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] input = seeds[random.nextInt(seeds.length)].clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                input[random.nextInt(input.length)] =
                        random.nextBoolean() ? spice[random.nextInt(spice.length)] : (byte) random.nextInt();
            }
            int from = random.nextInt(4) == 0 ? random.nextInt(input.length) : 0;
            try {
                StompFrame frame = decoder.decode(Unpooled.wrappedBuffer(input, from, input.length - from));
                if (frame != null) {
                    frames++;
                    assertThat(frame.headers().size()).isLessThanOrEqualTo(limits.maxHeaders());
                    assertThat(frame.body().length).isLessThanOrEqualTo(limits.maxBodyBytes());
                    assertThat(frame.command()).doesNotContain("\n", "\r", "\0");
                }
            } catch (StompException e) {
                refusals++;
            }
        }
        assertThat(frames).as("some damage is harmless").isPositive();
        assertThat(refusals).as("most is not").isGreaterThan(frames / 4);
    }
}
