package io.slackwater.quickstart.page;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slackwater.quickstart.stage.FriendGateways.Gateway;
import io.slackwater.quickstart.stage.TierState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /state} tells, as JSON.
 *
 * @param friends how many there are, each in its channel {@code nearby:friend-N}, counted from 0
 * @param gateways those that the page may connect to, and those that are coming or going
 * @param nodes of the pub/sub tier
 * @param migration null while no slot moves
 * @param controls whether the page may move things
 */
record PageState(
        @JsonProperty int friends,
        @JsonProperty List<Gateway> gateways,
        @JsonProperty List<Node> nodes,
        @JsonProperty @Nullable Migration migration,
        @JsonProperty boolean controls) {

    record Node(
            @JsonProperty String pod,
            @JsonProperty String state,
            @JsonProperty int slots) {}

    /**
     * A move of slots.
     *
     * @param moved fraction that is done, 0 to 1
     * @param text with what is known of its end
     */
    record Migration(
            @JsonProperty double moved, @JsonProperty String text) {}

    static PageState of(int friends, List<Gateway> gateways, TierState tier, boolean controls) {
        return new PageState(
                friends,
                gateways,
                tier.nodes().stream()
                        .map(node -> new Node(node.pod(), node.state(), node.share()))
                        .toList(),
                tier.moved() < 0 ? null : new Migration(tier.moved(), tier.progress()),
                controls);
    }
}
