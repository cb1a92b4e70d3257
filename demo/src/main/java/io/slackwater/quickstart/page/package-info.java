/**
 * Nearby friends: a page with friends who move on a map, each of them a channel, and its server. The page follows them through gateways of its own and
 * counts what it misses; {@link io.slackwater.quickstart.page.NearbyFriends} brings it all together.
 */
@NullMarked
package io.slackwater.quickstart.page;

import org.jspecify.annotations.NullMarked;
