package io.slackwater.ring.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.ring.LoadReport.HotChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HotChannelsTest {
    @Test
    void nobody_above_its_part_is_missed_and_nobody_is_said_to_be_hotter_by_more_than_that_part() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            HotChannels channels = new HotChannels(32);
            Map<String, Long> exact = new HashMap<>();
            long all = 0;
            for (int i = 0; i < 5_000; i++) {
                String channel = "c" + (int) Math.pow(1_000, random.nextDouble());
                long deliveries = 1 + random.nextInt(5);
                channels.add(channel, deliveries);
                exact.merge(channel, deliveries, Long::sum);
                all += deliveries;
            }
            List<HotChannel> top = channels.top(32);
            long part = all / 32;
            exact.forEach((name, deliveries) -> {
                if (deliveries > part) {
                    assertThat(top).anyMatch(channel -> channel.name().equals(name));
                }
            });
            for (HotChannel channel : top) {
                assertThat(channel.deliveries() - exact.getOrDefault(channel.name(), 0L))
                        .isBetween(0L, part);
            }
        }
    }

    @Test
    void the_hottest_come_first_and_no_more_than_asked_for() {
        HotChannels channels = new HotChannels(8);
        channels.add("b", 2);
        channels.add("a", 2);
        channels.add("c", 5);
        assertThat(channels.top(2)).containsExactly(new HotChannel("c", 5), new HotChannel("a", 2));
        channels.clear();
        assertThat(channels.top(2)).isEmpty();
    }
}
