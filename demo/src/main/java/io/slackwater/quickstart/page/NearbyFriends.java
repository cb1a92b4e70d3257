package io.slackwater.quickstart.page;

import io.slackwater.client.ClientSettings;
import io.slackwater.client.PubSub;
import io.slackwater.client.PubSubClient;
import io.slackwater.quickstart.stage.FriendGateways;
import io.slackwater.quickstart.stage.SlackwaterTier;
import io.slackwater.ring.Node.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.BooleanSupplier;

/** The friends, the gateways through which pages follow them, and the server of the page. Thread-safe. */
public final class NearbyFriends implements AutoCloseable {
    private static final int FRIENDS = 40;
    private static final long LOOK_NANOS = 400_000_000L;
    private static final int MOST_NODES = 6;

    private final SlackwaterTier tier;
    private final FriendGateways gateways;
    private final BooleanSupplier controls;
    private final PubSub member;
    private final Friends friends;
    private final PageServer server;
    private PageState state;
    private long lookedNanos;

    /**
     * Lets the friends begin to walk, and asks the operator for gateways.
     *
     * @param tier which has been started
     * @param home the project's top folder
     * @param seed of where they walk
     * @param controls whether a page may resize the tier and move gateways now
     */
    @SuppressWarnings("this-escape")
    public NearbyFriends(SlackwaterTier tier, FriendGateways gateways, Path home, long seed, BooleanSupplier controls) {
        this.tier = tier;
        this.gateways = gateways;
        this.controls = controls;
        member = join(tier, "friends");
        friends = new Friends(member, FRIENDS, seed);
        state = look();
        try {
            server = new PageServer(new PageFiles(home), this::state, this::act);
        } catch (IOException e) {
            throw new UncheckedIOException("the page cannot be read", e);
        }
        gateways.create(server.origin());
    }

    /** A member of the tier that listens to nothing. */
    static PubSub join(SlackwaterTier tier, String name) {
        Address[] seeds = tier.seeds().stream().map(NearbyFriends::address).toArray(Address[]::new);
        return PubSubClient.connect(
                ClientSettings.builder(tier.name(), seeds).memberPrefix(name).build(), (channel, payload) -> {});
    }

    private static Address address(String seed) {
        int colon = seed.lastIndexOf(':');
        return new Address(seed.substring(0, colon), Integer.parseInt(seed.substring(colon + 1)));
    }

    /** Where the page is. */
    public URI address() {
        return server.address();
    }

    /** The friends themselves. */
    Friends friends() {
        return friends;
    }

    /** What pages have told last. */
    Collection<Seen> seen() {
        return server.seen();
    }

    /** However many pages ask, the API server is asked about twice a second. */
    private synchronized PageState state() {
        if (System.nanoTime() - lookedNanos > LOOK_NANOS) {
            state = look();
            lookedNanos = System.nanoTime();
        }
        return state;
    }

    private PageState look() {
        return PageState.of(friends.count(), gateways.all(), tier.state(), controls.getAsBoolean());
    }

    private String act(String action, String gateway) {
        if (!controls.getAsBoolean()) {
            throw new IllegalArgumentException("the quickstart moves things itself until its report is there");
        }
        return switch (action) {
            case "add-node" -> scale(tier.wanted() + 1);
            case "remove-node" -> scale(tier.wanted() - 1);
            case "drain-gateway" -> {
                gateways.drain(gateway);
                yield gateway + " is asked to go; the operator puts another one in its place first";
            }
            case "replace-gateways" -> {
                gateways.replaceAll();
                yield "a new generation of gateways starts; when it is ready, the old one lets its clients go";
            }
            default -> throw new IllegalArgumentException("nobody knows how to " + action);
        };
    }

    private String scale(int nodes) {
        if (nodes < 1 || nodes > MOST_NODES) {
            throw new IllegalArgumentException(nodes + " nodes: this machine is given 1 to " + MOST_NODES);
        }
        tier.scale(nodes);
        return "kubectl scale pubsubcluster/" + tier.name() + " --replicas=" + nodes;
    }

    @Override
    public void close() {
        server.close();
        friends.close();
        member.close();
    }
}
