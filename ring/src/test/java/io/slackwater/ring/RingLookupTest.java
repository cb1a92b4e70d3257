package io.slackwater.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RingLookupTest {
    private static final SlotTable TABLE = SlotTable.of(IntStream.range(0, Slots.COUNT)
            .mapToObj(slot -> "node-" + slot * 31 % 127)
            .toArray(String[]::new));

    @Test
    void names_lead_to_the_owner_of_their_slot() {
        RingLookup lookup = RingLookup.of(TABLE);
        for (int i = 0; i < 20_000; i++) {
            String name = "presence:{" + i + "}";
            assertThat(lookup.nodeOf(name)).isEqualTo(TABLE.owner(Slots.of(name)));
            assertThat(lookup.nodeOf(name.getBytes(UTF_8))).isEqualTo(lookup.nodeOf(name));
        }
    }

    @Test
    void a_table_without_owners_is_refused() {
        assertThatThrownBy(() -> RingLookup.of(SlotTable.UNASSIGNED)).hasMessageContaining("plan first");
    }

    @Test
    void a_lookup_allocates_nothing() {
        RingLookup lookup = RingLookup.of(TABLE);
        String[] names = IntStream.range(0, 1_000).mapToObj(i -> "chat:" + i).toArray(String[]::new);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int found = 0;
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 50; round++) { // the first rounds still load and compile
            long before = threads.getCurrentThreadAllocatedBytes();
            for (String name : names) {
                found += lookup.nodeOf(name).length();
            }
            allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(found).isPositive();
        assertThat(allocated).as("bytes allocated by 1,000 lookups").isZero();
    }
}
