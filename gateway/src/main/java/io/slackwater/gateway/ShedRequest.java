package io.slackwater.gateway;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How many clients are to go to other gateways.
 *
 * @param id of this request: said again, it changes nothing. 1 to 64 letters, digits, dots, underscores and hyphens
 * @param clients how many, 0 to {@value #MAX_CLIENTS}; 0 ends what an earlier request began
 * @param olderThan only clients that have been connected for longer than this; up to ten years
 * @param disconnectsPerSecond clients told in a second, 1 to {@value DrainRequest#MAX_RATE}
 * @param reconnectSpread clients are told to wait up to this long before they connect again; up to an hour
 */
record ShedRequest(String id, int clients, Duration olderThan, int disconnectsPerSecond, Duration reconnectSpread) {
    static final int MAX_CLIENTS = 10_000_000;
    static final Duration LONGEST_AGE = Duration.ofDays(3650);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    ShedRequest {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("id: write 1 to 64 letters, digits, '.', '_' and '-'");
        }
        if (clients < 0 || clients > MAX_CLIENTS) {
            throw new IllegalArgumentException("clients is " + clients + ": write 0 to " + MAX_CLIENTS);
        }
        DrainRequest.checkRate(disconnectsPerSecond);
        DrainRequest.check("olderThan", olderThan, LONGEST_AGE);
        DrainRequest.check("reconnectSpread", reconnectSpread, DrainRequest.WIDEST_SPREAD);
    }
}
