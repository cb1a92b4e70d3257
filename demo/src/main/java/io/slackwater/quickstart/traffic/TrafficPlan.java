package io.slackwater.quickstart.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Who subscribes to what, and who sends through which gateway: fixed by the numbers and the seed alone.
 *
 * <p>Client {@code i} is connected to gateway {@code i mod gateways}. The subscribers of a channel are spread over the gateways in turn,
 * so that two of them are on different gateways when there are two gateways; so are its two senders.
 */
public final class TrafficPlan {
    /** Publishers of each channel that send through a gateway. */
    public static final int SENDERS = 2;

    private final int[][] subscribers;
    private final int[][] senders;
    private final int clients;
    private final int gateways;

    /**
     * @param subscribersPerChannel 1 to 64, and at most the number of clients
     * @throws IllegalArgumentException with a sentence if the numbers do not fit together
     */
    public TrafficPlan(int clients, int channels, int gateways, int subscribersPerChannel, long seed) {
        if (clients < Math.max(gateways, Math.max(SENDERS, subscribersPerChannel))) {
            throw new IllegalArgumentException("--clients is " + clients
                    + ": needs at least as many as there are gateways (" + gateways + "), subscribers per channel ("
                    + subscribersPerChannel + ") and senders (" + SENDERS + ")");
        }
        this.clients = clients;
        this.gateways = gateways;
        SplittableRandom random = new SplittableRandom(seed);
        subscribers = new int[channels][];
        senders = new int[channels][];
        for (int channel = 0; channel < channels; channel++) {
            int first = random.nextInt(gateways);
            subscribers[channel] = pick(first, subscribersPerChannel, random);
            senders[channel] = pick(first, SENDERS, random);
        }
    }

    private int[] pick(int firstGateway, int count, SplittableRandom random) {
        List<Integer> picked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int gateway = (firstGateway + i) % gateways;
            int onGateway = (clients - gateway + gateways - 1) / gateways;
            int client = gateway + gateways * random.nextInt(onGateway);
            while (picked.contains(client)) {
                client = (client + gateways) < clients ? client + gateways : nextGateway(client);
            }
            picked.add(client);
        }
        return picked.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The first client of the gateway after this client's: so that a search meets every client in the end. */
    private int nextGateway(int client) {
        return (client % gateways + 1) % gateways;
    }

    /** Number of channels. */
    public int channels() {
        return subscribers.length;
    }

    /** Number of clients. */
    public int clients() {
        return clients;
    }

    /** Name of a channel on the tier. */
    public static String name(int channel) {
        return "friends." + channel;
    }

    /** The gateway of a client. */
    public int gatewayOf(int client) {
        return client % gateways;
    }

    /** The clients that subscribe to the channel; the place in the array is the subscriber's number. */
    public int[] subscribers(int channel) {
        return subscribers[channel].clone();
    }

    /** The client that sends to the channel. */
    public int sender(int channel, int number) {
        return senders[channel][number];
    }

    /** How many subscribers each channel has. */
    public int[] subscriberCounts() {
        int[] counts = new int[subscribers.length];
        for (int channel = 0; channel < counts.length; channel++) {
            counts[channel] = subscribers[channel].length;
        }
        return counts;
    }

    /** The channels of each client, each with the client's number among the channel's subscribers. */
    public List<List<Place>> places() {
        List<List<Place>> places = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            places.add(new ArrayList<>());
        }
        for (int channel = 0; channel < subscribers.length; channel++) {
            for (int number = 0; number < subscribers[channel].length; number++) {
                places.get(subscribers[channel][number]).add(new Place(channel, number));
            }
        }
        return places;
    }

    /**
     * A subscription of a client.
     *
     * @param number of the client among the channel's subscribers
     */
    public record Place(int channel, int number) {}
}
