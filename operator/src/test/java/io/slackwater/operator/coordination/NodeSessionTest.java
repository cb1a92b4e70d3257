package io.slackwater.operator.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.slackwater.operator.coordination.NodeSession.LeftBooks;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.handover.Book;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.Role;
import io.slackwater.testkit.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session does inside a real server. */
class NodeSessionTest {
    private final ClusterNames names = new ClusterNames("test/session");
    private final RedisProcess server = RedisProcess.start();
    private final CoordinatorThreads threads = new CoordinatorThreads(1);
    private final NodeDialer dialer = new NodeDialer(NodeAccess.PLAIN, names, threads.resources());
    private final RedisClient other = RedisClient.create(server.uri());
    private final RedisCommands<String, String> redis = other.connect().sync();
    private NodeSession session;

    @BeforeEach
    void connect() throws Exception {
        session = dialer.dial("p1", new Address(server.host(), server.port()), "", ack -> {});
    }

    @AfterEach
    void end() {
        session.close();
        dialer.close();
        threads.close();
        other.close();
        server.close();
    }

    private static byte[] ring(long epoch, long term) {
        return RingCodec.encode(new Ring(epoch, term, List.of(), List.of(), SlotTable.UNASSIGNED, List.of()));
    }

    @Test
    void a_ring_never_replaces_one_of_a_higher_epoch() {
        assertThat(session.writeRing(ring(7, 1)).join()).isEqualTo(7);
        assertThat(session.writeRing(ring(6, 1)).join()).isEqualTo(7);
        assertThat(session.readRing().join()).isEqualTo(ring(7, 1));
        assertThat(session.writeRing(ring(7, 2)).join()).isEqualTo(7);
        assertThat(session.readRing().join()).isEqualTo(ring(7, 2));
        // Beyond what Lua's numbers hold, and with bytes that are signed elsewhere.
        assertThat(session.writeRing(ring((1L << 60) + 1, 1)).join()).isEqualTo((1L << 60) + 1);
        assertThat(session.writeRing(ring(1L << 60, 1)).join()).isEqualTo((1L << 60) + 1);
        assertThat(session.writeRing(ring((1L << 60) + 0x80, 1)).join()).isEqualTo((1L << 60) + 0x80);
        assertThat(session.writeRing(ring((1L << 60) + 0x7f, 1)).join()).isEqualTo((1L << 60) + 0x80);
    }

    @Test
    void what_is_no_ring_gives_way() {
        redis.set(names.ring(), "something else that is longer than thirty bytes");
        assertThat(session.writeRing(ring(1, 1)).join()).isEqualTo(1);
        assertThat(session.readRing().join()).isEqualTo(ring(1, 1));
    }

    @Test
    void books_are_moved_once_summed_by_member_and_can_be_read_again() {
        redis.hset(names.books(), "5:m1", "10,9,0,0,8");
        redis.hset(names.books(), "6:m1", "1,2,3,4,7");
        redis.hset(names.books(), "6:m2", "9007199254740000,0,0,0,9");
        redis.hset(names.books(), "7:m1", "100,100,0,0,1");
        redis.hset(names.booksOf(42), "m1", "1,1,1,1");
        redis.sadd(names.members(), "m1", "m3");

        TreeMap<Integer, Long> since = new TreeMap<>(Map.of(5, 0L, 6, 7L));
        LeftBooks books = session.readBooks(42, since).join();
        LeftBooks again = session.readBooks(42, since).join();

        assertThat(books.members()).containsExactlyInAnyOrder("m1", "m3");
        assertThat(books.books())
                .containsEntry("m1", new Book(12, 12, 4, 5))
                .containsEntry("m2", new Book(9007199254740000L, 0, 0, 0))
                .hasSize(2);
        assertThat(again).isEqualTo(books);
        assertThat(redis.hgetall(names.books())).containsOnlyKeys("7:m1");
        assertThat(redis.ttl(names.booksOf(42))).isBetween(3_500L, 3_600L);
    }

    @Test
    void what_was_left_in_an_earlier_term_is_thrown_away() {
        redis.hset(names.books(), "5:before", "10,9,0,0,6");
        redis.hset(names.books(), "5:since", "3,2,0,0,7");

        LeftBooks books = session.readBooks(42, new TreeMap<>(Map.of(5, 7L))).join();

        assertThat(books.books()).containsExactly(Map.entry("since", new Book(3, 2, 0, 0)));
        assertThat(redis.exists(names.books())).isZero();
    }

    /** As when the operator's process was held up, or its packets were lost: members have answered, and are not to be called late. */
    @Test
    void who_has_answered_is_heard_before_connections_are_listed() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        NodeSession slow = dialer.dial("p1", new Address(server.host(), server.port()), "", ack -> {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            heard.add(new String(ack, StandardCharsets.US_ASCII));
        });
        try (slow) {
            for (int round = 0; round < 3; round++) {
                heard.clear();
                for (String ack : List.of("a", "b", "c", "d", "e")) {
                    redis.publish(names.acks(), ack);
                }
                slow.listConnections().join();
                assertThat(heard).containsExactly("a", "b", "c", "d", "e");
            }
        }
    }

    @Test
    void members_are_told_from_others_by_name() {
        redis.clientSetname(new ConnectionName(1, "test/session", "m1", Role.PUBLISHER).toString());
        redis.ping();
        ClientList list = session.listConnections().join();
        assertThat(list.memberNames()).containsExactly("m1");
        assertThat(list.otherCount()).isZero();

        redis.clientSetname("monitor");
        redis.get("x");
        assertThat(session.listConnections().join().otherCount())
                .as("has just come")
                .isZero();
        ClientList without = await().atMost(Duration.ofSeconds(10))
                .until(() -> session.listConnections().join(), now -> now.otherCount() == 1);
        assertThat(without.members()).isEmpty();
        assertThat(without.others()).singleElement().satisfies(stranger -> {
            assertThat(stranger.name()).isEqualTo("monitor");
            assertThat(stranger.user()).isEqualTo("default");
            assertThat(stranger.lastCommand()).isEqualTo("get");
            assertThat(stranger.address()).startsWith("127.0.0.1:");
        });
    }

    @Test
    void killing_a_connection_that_is_gone_is_no_error() {
        long id = redis.clientId();
        session.kill(List.of(id, 999_999L)).join();
        assertThat(session.listConnections().join().otherCount()).isLessThanOrEqualTo(1);
        session.ping().join();
    }

    @Test
    void a_list_with_forged_and_broken_lines_is_read_as_far_as_it_goes() {
        String answer = """
                id=3 addr=1.2.3.4:5 name=slackwater:1:test/session:m1:s sub=12 cmd=subscribe user=u
                id=4 addr=1.2.3.4:6 name=slackwater:1:other:m2:s sub=3 cmd=subscribe user=u
                id=x name=slackwater:1:test/session:m3:s

                nonsense
                id=5 name=%s
                """.formatted("n".repeat(9_000));
        ClientList list = ClientList.parse(answer, "test/session");
        assertThat(list.memberNames()).containsExactly("m1");
        assertThat(list.subscriptions()).isEqualTo(12);
        assertThat(list.otherCount()).isEqualTo(1);
    }

    @Test
    void members_that_have_said_nothing_for_long_are_no_witnesses() {
        String answer = """
                id=1 name=slackwater:1:test/session:m1:p idle=10 cmd=publish
                id=2 name=slackwater:1:test/session:m1:s idle=900 cmd=subscribe
                id=3 name=slackwater:1:test/session:m2:p idle=11 cmd=publish
                id=4 name=slackwater:1:test/session:m3:s idle=0 cmd=subscribe
                """;
        ClientList list = ClientList.parse(answer, "test/session");
        assertThat(list.memberNames()).containsExactly("m1", "m2", "m3");
        assertThat(list.witnesses()).containsExactly("m1");
    }

    @Test
    void those_who_only_look_after_the_server_are_in_nobodys_way() {
        String answer = """
                id=1 addr=1.2.3.4:1 name= age=100 sub=0 psub=0 cmd=info user=exporter
                id=2 addr=1.2.3.4:2 name= age=100 sub=0 psub=0 cmd=config|get user=default
                id=3 addr=1.2.3.4:3 name= age=100 sub=0 psub=0 cmd=NULL user=(superuser)
                id=4 addr=1.2.3.4:4 name= age=100 sub=0 psub=0 cmd=blpop user=slackwater-hook
                id=5 addr=1.2.3.4:5 name= age=1 sub=0 psub=0 cmd=publish user=default
                id=6 addr=1.2.3.4:6 name= age=1 sub=0 psub=1 cmd=psubscribe user=default
                id=7 addr=1.2.3.4:7 name= age=9 sub=0 psub=0 cmd=publish user=default
                """;
        ClientList list = ClientList.parse(answer, "test/session");
        assertThat(list.others().stream().map(ClientList.NonMember::address)).containsExactly("1.2.3.4:6", "1.2.3.4:7");
        assertThat(list.others().getLast().sentence()).isEqualTo("1.2.3.4:7 (user default, last command publish)");
    }
}
