package io.slackwater.operator.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.coordination.Wish.Pod;
import io.slackwater.ring.Node;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.CoordinatorEvent;
import io.slackwater.ring.handover.HandoverSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a coordinator asks for first when it knows nothing but the ring. */
class NextStepTest {
    private static final List<String> NAMES = List.of("a", "b", "c");

    /** Node c owns so many slots, the others share the rest. */
    private static SlotTable table(int ofC) {
        String[] owners = new String[Slots.COUNT];
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            owners[slot] = slot < ofC ? "c/1" : slot % 2 == 0 ? "a/1" : "b/1";
        }
        return SlotTable.of(owners);
    }

    private static NextStep next(SlotTable table, SlotLoad load) {
        return next(table, load, Set.of());
    }

    private static NextStep next(SlotTable table, SlotLoad load, Set<String> terminating) {
        List<Node> nodes = NAMES.stream()
                .map(name -> new Node(name + "/1", "", List.of(new Node.Address("10.0.0.1", 6379))))
                .toList();
        List<Pod> pods = NAMES.stream()
                .map(name -> new Pod(name, name, "10.0.0.1", 6379, "", true, terminating.contains(name), false, ""))
                .toList();
        Wish wish = new Wish(
                pods,
                NAMES.stream().filter(name -> !terminating.contains(name)).collect(Collectors.toSet()),
                false,
                3,
                PlannerSettings.DEFAULT,
                0,
                HandoverSettings.DEFAULT,
                256,
                100_000,
                false,
                "",
                false);
        return NextStep.of(new Situation(
                new Ring(9, 2, nodes, List.of(), table, List.of()),
                wish,
                NAMES.stream().collect(Collectors.toMap(name -> name, name -> name + "/1")),
                Set.of(),
                Set.of(),
                false,
                new MovePace.Allowance(1, 32),
                true,
                Map.of(),
                load,
                null,
                null));
    }

    private static Stream<String> targets(NextStep step) {
        return step.requests().stream().map(request -> ((CoordinatorEvent.Move) request).target());
    }

    @Test
    void a_node_that_a_predecessor_has_left_half_filled_is_filled_also_if_nothing_is_known_of_its_goal() {
        NextStep step = next(table(902), SlotLoad.UNIFORM);
        assertThat(targets(step)).isNotEmpty().allMatch("c/1"::equals);
        assertThat(step.slotsLeft()).isEqualTo(Slots.COUNT / 3 - 902);
    }

    @Test
    void a_node_with_few_slots_and_much_to_carry_is_left_alone_and_so_is_one_that_has_enough() {
        long[] deliveries = new long[Slots.COUNT];
        Arrays.fill(deliveries, 1);
        Arrays.fill(deliveries, 0, 902, 12);
        assertThat(next(table(902), SlotLoad.of(deliveries, deliveries)).requests())
                .isEmpty();
        assertThat(next(table(3_000), SlotLoad.UNIFORM).requests()).isEmpty();
    }

    /** Its grace period runs out, whatever members bear: node c shall have more slots, and gets them later. */
    @Test
    void a_node_that_was_asked_to_go_is_emptied_first_in_full_batches_and_others_in_what_members_bear() {
        NextStep step = next(table(902), SlotLoad.UNIFORM, Set.of("a"));
        List<CoordinatorEvent.Move> moves = step.requests().stream()
                .map(request -> (CoordinatorEvent.Move) request)
                .toList();
        assertThat(moves)
                .hasSize(HandoverSettings.DEFAULT.maxOpen())
                .allMatch(move -> move.source().equals("a/1"));
        assertThat(moves.getFirst().slots().size()).isEqualTo(256);

        List<CoordinatorEvent> calm = next(table(902), SlotLoad.UNIFORM).requests();
        assertThat(calm).hasSize(1);
        assertThat(((CoordinatorEvent.Move) calm.getFirst()).slots().size()).isLessThanOrEqualTo(32);
    }

    /** Node b has far too much, which can wait. */
    @Test
    void nothing_else_is_moved_while_a_node_that_was_asked_to_go_has_slots() {
        String[] owners = new String[Slots.COUNT];
        Arrays.fill(owners, "b/1");
        Arrays.fill(owners, 0, 902, "c/1");
        Arrays.fill(owners, 15_484, Slots.COUNT, "a/1");
        NextStep step = next(SlotTable.of(owners), SlotLoad.UNIFORM, Set.of("a"));
        assertThat(step.requests())
                .isNotEmpty()
                .allMatch(request -> ((CoordinatorEvent.Move) request).source().equals("a/1"));
        assertThat(step.slotsLeft()).as("what follows").isGreaterThan(5_000);
    }
}
