package io.slackwater.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashRingTest {
    @Test
    void every_node_is_preferred_once_by_every_slot() {
        HashRing ring = HashRing.of(nodes(20), 40);
        for (int slot = 0; slot < Slots.COUNT; slot += 97) {
            assertThat(ring.preference(slot)).hasSize(20).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_node_that_comes_or_goes_leaves_the_order_of_the_others() {
        HashRing ten = HashRing.of(nodes(10), 160);
        HashRing eleven = HashRing.of(nodes(11), 160);
        for (int slot = 0; slot < Slots.COUNT; slot += 31) {
            List<String> others = new ArrayList<>(eleven.preference(slot));
            others.remove("node-10");
            assertThat(others).isEqualTo(ten.preference(slot));
        }
    }

    @Test
    void shares_are_even_and_follow_the_weights() {
        List<PlannedNode> nodes = new ArrayList<>(nodes(9));
        nodes.add(new PlannedNode("double", 200));
        Map<String, Integer> first = new HashMap<>();
        HashRing ring = HashRing.of(nodes, 160);
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            first.merge(ring.preference(slot).getFirst(), 1, Integer::sum);
        }
        int share = Slots.COUNT / 11;
        assertThat(first.remove("double")).isBetween(share * 2 * 3 / 4, share * 2 * 5 / 4);
        assertThat(first.values())
                .hasSize(9)
                .allSatisfy(slots -> assertThat(slots).isBetween(share * 7 / 10, share * 13 / 10));
    }

    private static List<PlannedNode> nodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PlannedNode.of("node-" + i))
                .toList();
    }
}
