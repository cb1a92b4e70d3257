package io.slackwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.ring.Node;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A directory is one more place to look for nodes in, and never the only one while there are seeds. */
class DirectoryTest {
    private static final Node GONE = new Node("gone", "", List.of(new Node.Address("127.0.0.1", 1)));

    @Test
    void nodesOfTheDirectoryAreTriedWhereThereAreNoSeeds() {
        try (TestTier tier = TestTier.start(1)) {
            AtomicInteger asked = new AtomicInteger();
            ClientSettings settings = ClientSettings.builder("test")
                    .directory(() -> switch (asked.getAndIncrement()) {
                        case 0 -> List.of();
                        case 1 -> List.of(GONE);
                        default -> List.of(GONE, tier.nodes.getFirst());
                    })
                    .build();
            try (PubSubClient client = PubSubClient.connect(settings, new Inbox())) {
                assertThat(client.publish("channel", new byte[1]).toCompletableFuture())
                        .succeedsWithin(Duration.ofSeconds(5));
            }
            assertThat(asked).as("asked again for each round").hasValue(3);
        }
    }

    @Test
    void seedsAreTriedThoughTheDirectoryFails() {
        try (TestTier tier = TestTier.start(1)) {
            ClientSettings settings = tier.settings()
                    .directory(() -> {
                        throw new IllegalStateException("down");
                    })
                    .build();
            try (PubSubClient client = PubSubClient.connect(settings, new Inbox())) {
                assertThat(client.publish("channel", new byte[1]).toCompletableFuture())
                        .succeedsWithin(Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void certificatesOfItsNodesAreCheckedAgainstTheirOwnNames() throws Exception {
        TierSecurity security = new TierSecurity("test");
        try (TestTier tier = TestTier.secured(1, 1, security)) {
            ClientSettings settings = security.member(ClientSettings.builder("test"))
                    .seedTlsName("of-no-certificate")
                    .directory(() -> tier.nodes)
                    .build();
            try (PubSubClient client = PubSubClient.connect(settings, new Inbox())) {
                assertThat(client.publish("channel", new byte[1]).toCompletableFuture())
                        .succeedsWithin(Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void nobodyToAskIsSaidSo() {
        ClientSettings settings = ClientSettings.builder("test")
                .directory(List::of)
                .startTimeout(Duration.ofMillis(300))
                .build();
        assertThatThrownBy(() -> PubSubClient.connect(settings, new Inbox()))
                .hasMessageContaining("the directory knows no node");
        assertThatThrownBy(() -> ClientSettings.builder("test").build()).hasMessageContaining("seeds is 0");
    }
}
