package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.slackwater.e2e.traffic.HotChannels;
import io.slackwater.quickstart.traffic.TrafficPlan;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingFormatException;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** The ring of a tier as it was stored at one moment, and where the suite's channels are on it. */
public final class StoredRing {
    /** So many channels has the traffic. */
    private static final int CHANNELS = 200;

    private final SlotTable table;

    private StoredRing(SlotTable table) {
        this.table = table;
    }

    /** That of now. */
    public static StoredRing of(Stage stage, Tier tier) {
        ConfigMap stored = Objects.requireNonNull(stage.ring(tier).get());
        byte[] bytes = Base64.getDecoder().decode(stored.getBinaryData().get("ring"));
        try {
            return new StoredRing(RingCodec.decode(bytes).table());
        } catch (RingFormatException e) {
            throw new IllegalStateException("the stored ring of " + tier.name() + " cannot be read", e);
        }
    }

    /** The first so many channels that one node owns, by their numbers. */
    public List<Integer> channelsOfOneNode(int count) {
        String node = owner(0);
        return IntStream.range(0, CHANNELS)
                .filter(channel -> owner(channel).equals(node))
                .limit(count)
                .boxed()
                .toList();
    }

    /** What the busiest node has to carry over the mean, in percent, when channels are so hot. */
    public int skewPercent(HotChannels hot) {
        Map<String, Integer> loads = new HashMap<>();
        IntStream.range(0, CHANNELS).forEach(drawn -> loads.merge(owner(hot.channelFor(drawn)), 1, Integer::sum));
        int most = loads.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        return 100 * most * table.owners().size() / CHANNELS;
    }

    private String owner(int channel) {
        return Objects.requireNonNull(table.owner(Slots.of(TrafficPlan.name(channel))));
    }
}
