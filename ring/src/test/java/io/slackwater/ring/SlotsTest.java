package io.slackwater.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;

class SlotsTest {
    @Example
    void crc_is_the_published_one() {
        byte[] vector = "123456789".getBytes(UTF_8);
        assertThat(Slots.crc16(vector, 0, vector.length)).isEqualTo(0x31C3);
        assertThat(Slots.of("123456789")).isEqualTo(0x31C3 & 0x3fff);
        assertThat(Slots.of("")).isZero();
    }

    @Example
    void a_hash_tag_decides() {
        assertThat(Slots.of("{user1000}.following")).isEqualTo(Slots.of("user1000"));
        assertThat(Slots.of("x{a}y{b}")).isEqualTo(Slots.of("a"));
        assertThat(Slots.of("foo{{bar}}zap")).isEqualTo(Slots.of("{bar"));
        assertThat(Slots.of("}x{tag}")).isEqualTo(Slots.of("tag"));
        assertThat(Slots.of("x".repeat(100) + "{t}")).isEqualTo(Slots.of("t"));
    }

    @Example
    void an_empty_or_open_tag_does_not() {
        for (String name : new String[] {"{}", "foo{}{bar}", "{", "}", "foo{bar", "foo}bar{", "a{}"}) {
            byte[] bytes = name.getBytes(UTF_8);
            assertThat(Slots.of(name)).as(name).isEqualTo(plain(bytes) & 0x3fff);
            assertThat(Slots.of(bytes)).as(name).isEqualTo(plain(bytes) & 0x3fff);
        }
    }

    @Property(tries = 3_000)
    void text_and_its_bytes_agree(@ForAll @StringLength(max = 200) String name) {
        assertThat(Slots.of(name)).isEqualTo(Slots.of(name.getBytes(UTF_8)));
    }

    @Property(tries = 1_000)
    void tags_in_text_and_bytes_agree(
            @ForAll @StringLength(max = 12) @CharRange(from = 'x', to = '~') String name, // includes { | }
            @ForAll @StringLength(max = 3) String other) {
        String mixed = name + other + name;
        assertThat(Slots.of(mixed)).isEqualTo(Slots.of(mixed.getBytes(UTF_8)));
    }

    @Property(tries = 2_000)
    void crc_is_that_of_the_bit_by_bit_definition(@ForAll byte[] bytes) {
        assertThat(Slots.crc16(bytes, 0, bytes.length)).isEqualTo(plain(bytes));
    }

    @Example
    void lengths_around_the_table_agree_with_the_definition() {
        for (int length = 0; length < 200; length++) {
            byte[] bytes = "0123456789abcdef:".repeat(12).substring(0, length).getBytes(UTF_8);
            assertThat(Slots.of(bytes)).as("length %d", length).isEqualTo(plain(bytes) & 0x3fff);
            assertThat(Slots.of(new String(bytes, UTF_8))).isEqualTo(Slots.of(bytes));
        }
    }

    private static int plain(byte[] bytes) {
        int crc = 0;
        for (byte b : bytes) {
            for (int bit = 7; bit >= 0; bit--) {
                boolean carry = ((crc >> 15 ^ b >> bit) & 1) != 0;
                crc = (crc << 1 & 0xffff) ^ (carry ? 0x1021 : 0);
            }
        }
        return crc;
    }
}
