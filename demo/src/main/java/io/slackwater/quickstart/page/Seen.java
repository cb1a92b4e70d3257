package io.slackwater.quickstart.page;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a page has seen so far, as it tells with {@code POST /seen}.
 *
 * @param page drawn by lot when it was loaded
 * @param gateway the pod that its messages come from; empty before the first
 * @param moves changes from one gateway to another without a loss of connection
 * @param takenOver channels that were taken over in these, added up
 * @param possibleGaps times that the helper said that messages of a channel may be missing
 * @param losses times that the only connection was lost
 */
record Seen(
        @JsonProperty(required = true) String page,
        @JsonProperty(required = true) String gateway,
        @JsonProperty(required = true) int moves,
        @JsonProperty(required = true) int takenOver,
        @JsonProperty(required = true) int possibleGaps,
        @JsonProperty(required = true) int losses,
        @JsonProperty(required = true) List<Friend> friends) {
    private static final int MOST_FRIENDS = 1_000;

    /** @throws IllegalArgumentException with a sentence, if that is no page of this server */
    Seen {
        if (!page.matches("[0-9a-f]{16}")) {
            throw new IllegalArgumentException("page is not 16 hexadecimal digits");
        }
        if (friends.size() > MOST_FRIENDS) {
            throw new IllegalArgumentException(friends.size() + " friends: at most " + MOST_FRIENDS + " are taken");
        }
        friends = List.copyOf(friends);
    }

    /**
     * One friend's messages, by their numbers.
     *
     * @param first the first number that came; 0 when none has
     * @param last the highest
     * @param missed numbers between these that have not come
     */
    record Friend(
            @JsonProperty(required = true) String channel,
            @JsonProperty(required = true) long received,
            @JsonProperty(required = true) long first,
            @JsonProperty(required = true) long last,
            @JsonProperty(required = true) long missed,
            @JsonProperty(required = true) long repeated,
            @JsonProperty(required = true) long reordered) {
        /** Whether every message from the first to the last has come, once and in order. */
        boolean clean() {
            return first > 0 && received == last - first + 1 && missed + repeated + reordered == 0;
        }
    }
}
