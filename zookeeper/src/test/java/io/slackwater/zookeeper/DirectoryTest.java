package io.slackwater.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A directory follows what is published, and keeps what was good. */
class DirectoryTest {
    private static final Address FIRST = new Address("10.0.0.1", 6379);
    private static final Address SECOND = new Address("10.0.0.2", 6379);

    @SuppressWarnings("NullAway.Init")
    private static CuratorFramework client;

    private final Layout layout = Servers.layout();
    private final Publication publication = new Publication(client, layout, "default/test");

    @BeforeAll
    static void open() {
        client = Servers.client();
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @Test
    void follows_what_is_published() throws Exception {
        try (Directory directory = Directory.open(client, layout)) {
            assertThat(directory.get()).isEmpty();
            publication.publish(Servers.ring(1, 1, FIRST));
            awaitAddresses(directory, FIRST);
            publication.publish(Servers.ring(2, 1, FIRST, SECOND));
            awaitAddresses(directory, FIRST, SECOND);
            assertThat(directory.refused()).isZero();
        }
    }

    @Test
    void keeps_the_last_good_answer() throws Exception {
        publication.publish(Servers.ring(5, 1, FIRST));
        try (Directory directory = Directory.open(client, layout)) {
            awaitAddresses(directory, FIRST);

            client.setData().forPath(layout.nodes(), "nonsense".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            await().atMost(Servers.PATIENCE).until(() -> directory.refused() == 1);
            awaitAddresses(directory, FIRST);

            client.setData()
                    .forPath(
                            layout.nodes(),
                            new PublishedNodes(
                                            "default/test",
                                            4,
                                            Servers.ring(4, 1, SECOND).nodes())
                                    .encode());
            await().atMost(Servers.PATIENCE).until(() -> directory.refused() == 2);
            awaitAddresses(directory, FIRST);
        }
    }

    @Test
    void a_list_that_was_made_anew_may_begin_lower() throws Exception {
        publication.publish(Servers.ring(5, 1, FIRST));
        try (Directory directory = Directory.open(client, layout)) {
            awaitAddresses(directory, FIRST);
            publication.remove();
            publication.publish(Servers.ring(1, 1, SECOND));
            awaitAddresses(directory, SECOND);
        }
    }

    private static void awaitAddresses(Directory directory, Address... addresses) {
        await().atMost(Servers.PATIENCE)
                .untilAsserted(() -> assertThat(
                                directory.get().stream().map(Node::address).toList())
                        .isEqualTo(List.of(addresses)));
    }
}
