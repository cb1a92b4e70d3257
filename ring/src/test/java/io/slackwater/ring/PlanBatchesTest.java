package io.slackwater.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PlanBatchesTest {
    @Property(tries = 30)
    void batches_are_the_moves(@ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int max) {
        Random random = new Random(seed);
        Plan plan = plan(2 + random.nextInt(10), 1 + random.nextInt(10));
        Map<Integer, Move> left = new HashMap<>();
        plan.moves().forEach(move -> left.put(move.slot(), move));
        List<Batch> batches = plan.batches(max);
        for (Batch batch : batches) {
            assertThat(batch.slots().size()).isBetween(1, max);
            for (int slot : batch.slots().toArray()) {
                if (!new Move(slot, batch.source(), batch.target()).equals(left.remove(slot))) {
                    throw new AssertionError(batch + " moves slot " + slot + ", which the plan does not, or twice");
                }
            }
        }
        assertThat(left).isEmpty();
        assertThat(plan.batches(max)).isEqualTo(batches);
    }

    @Example
    void neighbours_have_other_sources_and_targets_while_there_are_any() {
        List<Batch> batches = plan(6, 6).batches(50);
        long clashes = IntStream.range(1, batches.size())
                .filter(i -> batches.get(i).source().equals(batches.get(i - 1).source())
                        || batches.get(i).target().equals(batches.get(i - 1).target()))
                .count();
        assertThat(clashes).isLessThan(batches.size() / 5);
    }

    @Example
    void slots_one_by_one_are_possible_and_none_at_a_time_is_not() {
        Plan plan = plan(3, 100);
        assertThat(plan.batches(1)).hasSize(plan.moves().size());
        assertThatThrownBy(() -> plan.batches(0)).hasMessageContaining("at least 1");
    }

    /** From some nodes to these and others. */
    private static Plan plan(int before, int more) {
        SlotTable table = Planner.plan(SlotTable.UNASSIGNED, nodes(before), SlotLoad.UNIFORM, PlannerSettings.DEFAULT)
                .result();
        return Planner.plan(table, nodes(before + more), SlotLoad.UNIFORM, PlannerSettings.DEFAULT);
    }

    private static List<PlannedNode> nodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PlannedNode.of("node-" + i))
                .toList();
    }
}
