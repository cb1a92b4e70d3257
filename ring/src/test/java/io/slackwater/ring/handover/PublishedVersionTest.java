package io.slackwater.ring.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.ring.SlotSet;
import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On each node rings are published in the highest version that everybody there reads, as far as the coordinator can know. */
class PublishedVersionTest {
    private final PromptServers tier = new PromptServers(HandoverSettings.DEFAULT);

    @BeforeEach
    void everybodyReadsTheHighest() {
        seen("a", ConnectionName.VERSION);
        seen("b", ConnectionName.VERSION);
        tier.publications.clear();
        tier.reports.clear();
    }

    /** A list of the node was taken: one member, of this version. */
    private void seen(String node, int version) {
        tier.feed(new CoordinatorEvent.Seen(
                node, List.of(new MemberConnection(20 + version, "reads-" + version, Role.SUBSCRIBER, version))));
    }

    private void change() {
        tier.feed(new CoordinatorEvent.Retire("b")); // any change that is published on all nodes
    }

    private List<Integer> versionsOn(String node) {
        return tier.publications.stream()
                .filter(one -> one.node().equals(node))
                .map(CoordinatorAction.PublishRing::version)
                .toList();
    }

    @Test
    void a_phase_is_told_as_a_change_and_whole_once_an_older_member_is_listed() {
        tier.feed(new CoordinatorEvent.Move("a", "b", SlotSet.of(1)));
        assertThat(versionsOn("a")).containsExactly(ConnectionName.VERSION);

        tier.connected = List.of(new MemberConnection(7, "old", Role.SUBSCRIBER, 1));
        tier.feed(new CoordinatorEvent.Move("a", "b", SlotSet.of(2)));
        assertThat(versionsOn("a").getLast()).isEqualTo(1);
    }

    @Test
    void a_node_where_nobody_was_seen_is_told_whole_and_the_others_are_not() {
        tier.feed(new CoordinatorEvent.Seen("b", List.of()));
        change();
        assertThat(tier.publications.stream()
                        .collect(Collectors.toMap(
                                CoordinatorAction.PublishRing::node, CoordinatorAction.PublishRing::version)))
                .isEqualTo(Map.of("a", ConnectionName.VERSION));
        assertThat(tier.reports).noneMatch(Report.VersionChanged.class::isInstance);
    }

    @Test
    void a_newcomer_that_cannot_read_what_was_published_is_told_once_and_named() {
        change();
        tier.publications.clear();
        seen("a", 1);
        assertThat(versionsOn("a")).containsExactly(1);
        seen("a", 1);
        assertThat(versionsOn("a")).as("told again").containsExactly(1);
        assertThat(tier.reports)
                .filteredOn(Report.VersionChanged.class::isInstance)
                .containsExactly(new Report.VersionChanged(1, "reads-1"));

        seen("a", ConnectionName.VERSION);
        assertThat(tier.reports.getLast()).isEqualTo(new Report.VersionChanged(ConnectionName.VERSION, null));
    }

    @Test
    void what_was_on_its_way_when_the_connection_to_the_node_ended_is_told_again() {
        change();
        seen("a", 1);
        tier.publications.clear();
        tier.feed(new CoordinatorEvent.NodeDown("a"));
        tier.feed(new CoordinatorEvent.NodeUp("a", tier.coordinator.ring()));
        seen("a", 1);
        assertThat(versionsOn("a")).containsExactly(1);
    }

    @Test
    void a_dead_node_is_told_whole_since_there_is_no_time_to_ask_who_is_there() {
        tier.feed(new CoordinatorEvent.NodeDead("b"));
        assertThat(versionsOn("a")).containsExactly(1);
    }

    @Test
    void a_handover_that_is_given_up_is_told_whole() {
        tier.feed(new CoordinatorEvent.Move("a", "b", SlotSet.of(1)));
        tier.publications.clear();
        tier.feed(new CoordinatorEvent.Abort(tier.handover(0).id(), "on purpose"));
        assertThat(versionsOn("a")).containsExactly(1);
        assertThat(versionsOn("b")).containsExactly(1);
    }
}
