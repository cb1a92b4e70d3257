package io.slackwater.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HotChannelsTest {
    private static final int ALL = 200;

    @Test
    void hot_channels_get_their_part_in_equal_shares_and_nobody_else_more_than_before() {
        Map<Integer, Long> messages = messages(new HotChannels(List.of(3, 7, 150, 199), 40));

        // 80 of 200 are for the four; of the rest those that are drawn anyway keep theirs, as 150 and 199 do.
        assertThat(messages).containsEntry(3, 20L).containsEntry(7, 20L);
        assertThat(messages).containsEntry(150, 21L).containsEntry(199, 21L);
        assertThat(messages)
                .doesNotContainKeys(0, 39, 100, 139)
                .containsEntry(40, 1L)
                .containsEntry(99, 1L);
        assertThat(messages.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(ALL);
    }

    @Test
    void without_hot_channels_all_are_alike() {
        assertThat(messages(new HotChannels(List.of(), 0))).hasSize(ALL);
        assertThatThrownBy(() -> new HotChannels(List.of(), 10))
                .hasMessage("10 % of the messages for 0 hot channels: must be 0 to 100, and 0 when there are none");
    }

    /** How many are sent on each when each is drawn once. */
    private static Map<Integer, Long> messages(HotChannels hot) {
        return IntStream.range(0, ALL)
                .mapToObj(hot::channelFor)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
