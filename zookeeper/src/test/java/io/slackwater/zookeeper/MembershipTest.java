package io.slackwater.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A member is there for as long as it lives, whatever becomes of its session. */
class MembershipTest {
    @SuppressWarnings("NullAway.Init")
    private static CuratorFramework observer;

    private final Layout layout = Servers.layout();

    @BeforeAll
    static void open() {
        observer = Servers.client();
    }

    @AfterAll
    static void close() {
        observer.close();
    }

    @Test
    void is_there_until_it_leaves() throws Exception {
        assertThat(Membership.present(observer, layout)).isEmpty();
        try (CuratorFramework client = Servers.client()) {
            Membership b = Membership.join(client, layout, "b", "");
            try (Membership a = Membership.join(client, layout, "a", "wss://gateway-1.example")) {
                awaitMembers("a", "b");
                assertThat(observer.getData().forPath(layout.member("a")))
                        .asString()
                        .isEqualTo("wss://gateway-1.example");
            }
            awaitMembers("b");
            b.close();
            awaitMembers();
        }
    }

    @Test
    void goes_with_its_session() throws Exception {
        CuratorFramework client = Servers.client();
        Membership.join(client, layout, "a", "");
        awaitMembers("a");

        client.close(); // as when the process ends

        awaitMembers();
    }

    @Test
    void comes_back_in_the_next_session() throws Exception {
        try (CuratorFramework client = Servers.client();
                Membership a = Membership.join(client, layout, "a", "about")) {
            awaitMembers("a");
            long before = owner("a");

            expire(client);

            await().atMost(Servers.PATIENCE).until(() -> owner("a") != 0 && owner("a") != before);
            assertThat(observer.getData().forPath(layout.member("a")))
                    .asString()
                    .isEqualTo("about");
        }
    }

    @Test
    void comes_back_when_somebody_has_removed_it() throws Exception {
        try (CuratorFramework client = Servers.client();
                Membership a = Membership.join(client, layout, "a", "")) {
            awaitMembers("a");
            long made = observer.checkExists().forPath(layout.member("a")).getCzxid();

            observer.delete().forPath(layout.member("a"));

            await().atMost(Servers.PATIENCE).until(() -> {
                Stat now = observer.checkExists().forPath(layout.member("a"));
                return now != null && now.getCzxid() != made;
            });
        }
    }

    @Test
    void says_little() {
        assertThatThrownBy(() -> Membership.join(observer, layout, "a", "x".repeat(1025)))
                .hasMessageContaining("at most 1024");
        assertThatThrownBy(() -> Membership.join(observer, layout, "a/b", "")).hasMessageContaining("member name");
    }

    private void awaitMembers(String... names) {
        await().atMost(Servers.PATIENCE)
                .untilAsserted(
                        () -> assertThat(Membership.present(observer, layout)).containsExactly(names));
    }

    /** The session that the member is in; 0 while it is not there. */
    private long owner(String member) throws Exception {
        Stat stat = observer.checkExists().forPath(layout.member(member));
        return stat == null ? 0 : stat.getEphemeralOwner();
    }

    /** Whoever knows a session can end it: the servers then tell its client that it has expired. */
    private static void expire(CuratorFramework client) throws Exception {
        ZooKeeper session = client.getZookeeperClient().getZooKeeper();
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper same = new ZooKeeper(
                Servers.ensemble().connectString(),
                2_000,
                event -> {
                    if (event.getState() == KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                },
                session.getSessionId(),
                session.getSessionPasswd());
        assertThat(connected.await(Servers.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        same.close();
    }
}
