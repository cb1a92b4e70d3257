package io.slackwater.zookeeper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.SlotTable;
import io.slackwater.zookeeper.PublishedNodes.DamagedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** The list of nodes is what a person can read, and is believed only as it was written. */
class PublishedNodesTest {
    private static final PublishedNodes NODES = new PublishedNodes(
            "default/nearby-friends",
            42,
            List.of(
                    new Node("nearby-friends-a/0f", "", List.of(new Address("10.0.0.1", 6379))),
                    new Node(
                            "nearby-friends-b/1e",
                            "nearby-friends-nodes.default.svc",
                            List.of(new Address("2001:db8::1", 6380), new Address("b.example", 6379)))));

    @Test
    void is_text() {
        assertThat(new String(NODES.encode(), US_ASCII)).isEqualTo("""
                        slackwater-nodes 1
                        cluster default/nearby-friends
                        epoch 42
                        node nearby-friends-a/0f - 10.0.0.1:6379
                        node nearby-friends-b/1e nearby-friends-nodes.default.svc [2001:db8::1]:6380 b.example:6379
                        crc32 %s
                        """.formatted(crcOf(NODES.encode())));
    }

    @Test
    void comes_back_as_it_was() throws DamagedException {
        assertThat(PublishedNodes.decode(NODES.encode())).isEqualTo(NODES);
        PublishedNodes none = new PublishedNodes("c", 1, List.of());
        assertThat(PublishedNodes.decode(none.encode())).isEqualTo(none);
    }

    @Test
    void the_longest_has_room() throws DamagedException {
        PublishedNodes longest = new PublishedNodes(
                "c".repeat(320),
                Long.MAX_VALUE,
                IntStream.range(0, SlotTable.MAX_NODES)
                        .mapToObj(i -> new Node(
                                String.format("%03d", i) + "n".repeat(Node.MAX_ID - 3),
                                "t".repeat(253),
                                IntStream.range(0, 4)
                                        .mapToObj(j -> new Address(j + "h".repeat(252), 65_535))
                                        .toList()))
                        .toList());
        assertThat(PublishedNodes.decode(longest.encode())).isEqualTo(longest);
    }

    @Test
    void a_changed_byte_is_noticed() {
        byte[] good = NODES.encode();
        for (int i = 0; i < good.length; i++) {
            byte[] changed = good.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> PublishedNodes.decode(changed)).isInstanceOf(DamagedException.class);
            byte[] cut = Arrays.copyOf(good, i);
            assertThatThrownBy(() -> PublishedNodes.decode(cut)).isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void what_has_a_right_checksum_and_says_nonsense_is_refused() {
        for (String body : List.of(
                "slackwater-nodes 2\ncluster c\nepoch 1\n",
                "slackwater-nodes 1\ncluster c\n",
                "slackwater-nodes 1\ncluster c\nepoch one\n",
                "slackwater-nodes 1\ncluster c\nepoch 0\n",
                "slackwater-nodes 1\ncluster c\nepoch -1\n",
                "slackwater-nodes 1\ncluster \nepoch 1\n",
                "slackwater-nodes 1\nepoch 1\ncluster c\n",
                "slackwater-nodes 1\ncluster c\nepoch 1\nnode a -\n",
                "slackwater-nodes 1\ncluster c\nepoch 1\nnode a - host\n",
                "slackwater-nodes 1\ncluster c\nepoch 1\nnode a - host:99999\n",
                "slackwater-nodes 1\ncluster c\nepoch 1\nnode a - h:1 h:2 h:3 h:4 h:5\n",
                "slackwater-nodes 1\ncluster c\nepoch 1\nnode a\u00e9 - host:1\n",
                "slackwater-nodes 1\ncluster c\nepoch 1\n" + "node a - h:1\n".repeat(128),
                "slackwater-nodes 1\ncluster c\nepoch 1\nnode " + "a".repeat(Layout.MAX_NODES) + " - h:1\n")) {
            assertThatThrownBy(() -> PublishedNodes.decode(checked(body)))
                    .as(body.substring(0, Math.min(80, body.length())))
                    .isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void any_bytes_are_refused_and_none_do_harm() {
        Random random = new Random(6);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            byte[] tail = ("slackwater-nodes 1\ncluster c\nepoch 1\n" + new String(bytes, US_ASCII)).getBytes(US_ASCII);
            for (byte[] each : List.of(bytes, tail)) {
                assertThatThrownBy(() -> PublishedNodes.decode(each)).isInstanceOf(DamagedException.class);
            }
        }
    }

    private static byte[] checked(String body) {
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        String last = "crc32 " + HexFormat.of().toHexDigits((int) crc.getValue()) + "\n";
        byte[] all = Arrays.copyOf(bytes, bytes.length + last.length());
        System.arraycopy(last.getBytes(US_ASCII), 0, all, bytes.length, last.length());
        return all;
    }

    private static String crcOf(byte[] encoded) {
        CRC32 crc = new CRC32();
        crc.update(encoded, 0, encoded.length - "crc32 89abcdef\n".length());
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
