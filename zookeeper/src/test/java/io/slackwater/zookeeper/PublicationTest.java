package io.slackwater.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.zookeeper.Publication.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is published is the newest ring and no older one, whoever writes. */
class PublicationTest {
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
    void ring_and_nodes_are_there() throws Exception {
        Ring ring = Servers.ring(7);
        assertThat(publication.published()).isEmpty();

        assertThat(publication.publish(ring)).isEqualTo(new Outcome.Written());

        assertThat(client.getData().forPath(layout.ring())).isEqualTo(RingCodec.encode(ring));
        assertThat(publication.published()).contains(ring);
        assertThat(nodes()).isEqualTo(new PublishedNodes("default/test", 7, ring.nodes()));
        assertThat(publication.publish(ring)).isEqualTo(new Outcome.Unchanged());
    }

    @Test
    void an_older_epoch_is_refused() throws Exception {
        publication.publish(Servers.ring(7));

        Outcome outcome = new Publication(client, layout, "default/test").publish(Servers.ring(6));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason())
                                .contains("ring of epoch 7, which is newer than 6", layout.ring()));
        assertThat(publication.published()).contains(Servers.ring(7));
    }

    @Test
    void of_one_epoch_the_later_term_stays() throws Exception {
        Address address = new Address("10.0.0.1", 6379);
        publication.publish(Servers.ring(7, 2, address));
        assertThat(publication.publish(Servers.ring(7, 1, address))).isEqualTo(new Outcome.Unchanged());
        assertThat(publication.publish(Servers.ring(7, 3, address))).isEqualTo(new Outcome.Written());
        assertThat(publication.published()).contains(Servers.ring(7, 3, address));
    }

    @Test
    void of_one_epoch_the_later_term_stays_where_the_nodes_were_removed() throws Exception {
        Address address = new Address("10.0.0.1", 6379);
        publication.publish(Servers.ring(7, 2, address));
        client.delete().forPath(layout.nodes());

        assertThat(publication.publish(Servers.ring(7, 1, address))).isEqualTo(new Outcome.Written());

        assertThat(publication.published()).contains(Servers.ring(7, 2, address));
        assertThat(nodes().epoch()).isEqualTo(7);
    }

    @Test
    void the_list_of_nodes_is_written_when_they_change() throws Exception {
        publication.publish(Servers.ring(1));
        publication.publish(Servers.ring(2));
        assertThat(nodes().epoch()).isEqualTo(1);

        publication.publish(Servers.ring(3, 1, new Address("10.0.0.9", 6379)));
        assertThat(nodes().epoch()).isEqualTo(3);
        assertThat(nodes().nodes()).hasSize(1);
    }

    @Test
    void the_path_of_another_cluster_is_left_alone() throws Exception {
        publication.publish(Servers.ring(1));
        Publication other = new Publication(client, layout, "default/other");

        assertThat(other.publish(Servers.ring(9)))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).contains("in use by cluster default/test"));
        other.remove();

        assertThat(publication.published()).contains(Servers.ring(1));
    }

    @Test
    void what_is_damaged_is_replaced() throws Exception {
        publication.publish(Servers.ring(5));
        byte[] damaged = RingCodec.encode(Servers.ring(500));
        damaged[100] ^= 1;
        client.setData().forPath(layout.ring(), damaged);
        client.setData().forPath(layout.nodes(), new byte[3]);

        assertThat(publication.published()).isEmpty();
        assertThat(publication.publish(Servers.ring(6))).isEqualTo(new Outcome.Written());
        assertThat(publication.published()).contains(Servers.ring(6));
        assertThat(nodes().epoch()).isEqualTo(6);
    }

    /** Operators that both believe to lead: each write either is newer than what is there, or is refused. */
    @Test
    void many_writers_and_the_epoch_never_goes_down() throws Exception {
        int writers = 4;
        int epochs = 100;
        List<Long> seen = new CopyOnWriteArrayList<>();
        try (CuratorCache cache = CuratorCache.build(client, layout.ring(), CuratorCache.Options.SINGLE_NODE_CACHE);
                ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            cache.listenable()
                    .addListener(CuratorCacheListener.builder()
                            .forCreatesAndChanges((before, now) -> seen.add(RingCodec.epochOf(now.getData())))
                            .build());
            cache.start();
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int first = writer;
                tasks.add(() -> writeAll(first, epochs, writers));
            }
            int written = 0;
            for (Future<Integer> each : threads.invokeAll(tasks)) {
                written += each.get();
            }
            assertThat(written).as("writes that were not refused").isBetween(epochs / writers, epochs);
        }
        assertThat(seen).isSorted().doesNotHaveDuplicates();
        assertThat(publication.published()).contains(Servers.ring(epochs));
    }

    private int writeAll(int first, int epochs, int step) throws Exception {
        Publication mine = new Publication(client, layout, "default/test");
        int written = 0;
        for (int epoch = first + 1; epoch <= epochs; epoch += step) {
            while (true) {
                try {
                    written += mine.publish(Servers.ring(epoch)) instanceof Outcome.Written ? 1 : 0;
                    break;
                } catch (PublicationException busy) {
                    assertThat(busy).hasMessageContaining("in a row");
                }
            }
        }
        return written;
    }

    @Test
    void all_of_it_is_removed_and_nothing_else() throws Exception {
        publication.publish(Servers.ring(1));
        publication.remove();
        assertThat(client.checkExists().forPath(layout.path())).isNull();
        publication.remove();

        publication.publish(Servers.ring(1));
        client.create().forPath(layout.path() + "/not-ours");
        publication.remove();
        assertThat(client.getChildren().forPath(layout.path())).containsExactly("not-ours");
    }

    @Test
    void without_zookeeper_it_ends() {
        try (CuratorFramework nobody =
                new Ensemble("127.0.0.1:1", java.time.Duration.ofSeconds(1), java.time.Duration.ofMillis(100)).open()) {
            Publication lonely = new Publication(nobody, layout, "default/test");
            assertThatThrownBy(() -> lonely.publish(Servers.ring(1))).isInstanceOf(PublicationException.class);
            assertThatThrownBy(lonely::remove).isInstanceOf(PublicationException.class);
        }
    }

    private PublishedNodes nodes() throws Exception {
        return PublishedNodes.decode(client.getData().forPath(layout.nodes()));
    }
}
