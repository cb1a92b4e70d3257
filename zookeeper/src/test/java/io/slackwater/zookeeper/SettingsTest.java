package io.slackwater.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person writes is checked before it is used. */
class SettingsTest {
    @ParameterizedTest
    @ValueSource(strings = {"/slackwater/nearby-friends", "/a", "/a.b/..c/_-"})
    void paths(String path) {
        assertThat(new Layout(path).ring()).isEqualTo(path + "/ring");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a",
                "a/b",
                "/a/",
                "//a",
                "/a//b",
                "/a/./b",
                "/a/..",
                "/.",
                "/a b",
                "/a\n",
                "/zookeeper",
                "/zookeeper/quota"
            })
    void refused_paths(String path) {
        assertThatThrownBy(() -> new Layout(path)).hasMessageContaining("/slackwater/nearby-friends");
        assertThatThrownBy(() -> new Layout("/" + "a".repeat(Layout.MAX_PATH))).hasMessageContaining("at most 255");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zk:2181", "zk-0.zk:2181,10.0.0.2:2182,[2001:db8::1]:2181"})
    void connect_strings(String connectString) {
        assertThat(new Ensemble(connectString).connectString()).isEqualTo(connectString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "zk",
                "zk:",
                "zk:0",
                "zk:2181,",
                "zk:2181/path",
                "zk:2181 zk:2182",
                "zk:218100",
                "http://zk:2181"
            })
    void refused_connect_strings(String connectString) {
        assertThatThrownBy(() -> new Ensemble(connectString)).hasMessageContaining("HOST:PORT");
        assertThatThrownBy(() -> new Ensemble("zk:1", Duration.ofMillis(1), Duration.ofSeconds(1)))
                .hasMessageContaining("sessionTimeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b"})
    void refused_members(String member) {
        assertThatThrownBy(() -> new Layout("/a").member(member)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void members() {
        assertThat(new Layout("/a").member("gateway-1f")).isEqualTo("/a/members/gateway-1f");
    }
}
