package io.slackwater.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.ring.Plan;
import io.slackwater.ring.PlannedNode;
import io.slackwater.ring.Planner;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * How many channels have to move to even out a load that follows Zipf's law with exponent 1. The peer is a plain ring, which can only be given other weights: the
 * virtual nodes of each node are made more or fewer, in proportion to what it carries too little or too much, until it is as even as ours.
 */
final class RebalanceScenario implements Scenario {
    private static final int NODES = 10;
    private static final int VIRTUAL_NODES = 160;
    private static final int MOST_STEPS = 2_000;

    private int seed;

    @Override
    public String name() {
        return "rebalance";
    }

    @Override
    public List<Row> run(boolean smoke) {
        int channels = smoke ? 5_000 : 100_000;
        Random random = new Random(++seed);
        long[] load = zipf(channels);
        String[] names = IntStream.range(0, channels)
                .mapToObj(i -> "room:" + Long.toHexString(random.nextLong()))
                .toArray(String[]::new);
        Row ours = ours(names, load);
        Row plain = plain(names, load, ours.get("skew after, %"));
        return List.of(
                ours,
                plain,
                new Row("ours ÷ plain ring")
                        .with("channels moved", ours.get("channels moved") / plain.get("channels moved")));
    }

    private static long[] zipf(int channels) {
        return IntStream.range(0, channels)
                .mapToLong(rank -> Math.round(1e9 / (rank + 1)))
                .toArray();
    }

    private static Row ours(String[] names, long[] load) {
        List<PlannedNode> nodes = IntStream.range(0, NODES)
                .mapToObj(node -> PlannedNode.of("n" + node))
                .toList();
        long[] deliveries = new long[Slots.COUNT];
        long[] subscriptions = new long[Slots.COUNT];
        for (int channel = 0; channel < names.length; channel++) {
            deliveries[Slots.of(names[channel])] += load[channel];
            subscriptions[Slots.of(names[channel])]++;
        }
        SlotTable before = Planner.plan(SlotTable.UNASSIGNED, nodes, SlotLoad.UNIFORM, PlannerSettings.DEFAULT)
                .result();
        Plan plan = Planner.rebalance(before, nodes, SlotLoad.of(deliveries, subscriptions), PlannerSettings.DEFAULT);
        return row("ours", names, load, before, plan.result());
    }

    private static Row row(String subject, String[] names, long[] load, SlotTable before, SlotTable after) {
        int[] from = new int[names.length];
        int[] to = new int[names.length];
        for (int channel = 0; channel < names.length; channel++) {
            from[channel] = number(before, names[channel]);
            to[channel] = number(after, names[channel]);
        }
        return row(subject, load, from, to);
    }

    private static int number(SlotTable table, String channel) {
        return Integer.parseInt(
                Objects.requireNonNull(table.owner(Slots.of(channel))).substring(1));
    }

    private static Row row(String subject, long[] load, int[] from, int[] to) {
        long moved = IntStream.range(0, from.length)
                .filter(channel -> from[channel] != to[channel])
                .count();
        return new Row(subject)
                .with("channels moved", moved)
                .with("skew before, %", skew(load, from))
                .with("skew after, %", skew(load, to));
    }

    private static double[] loads(long[] load, int[] owner) {
        double[] loads = new double[NODES];
        for (int channel = 0; channel < owner.length; channel++) {
            loads[owner[channel]] += load[channel];
        }
        return loads;
    }

    private static double skew(long[] load, int[] owner) {
        double[] loads = loads(load, owner);
        return 100
                * Arrays.stream(loads).max().orElseThrow()
                * NODES
                / Arrays.stream(loads).sum();
    }

    /** The best of the steps counts if none comes as low as asked for. */
    private static Row plain(String[] names, long[] load, double skew) {
        long[] hashes = Arrays.stream(names).mapToLong(RebalanceScenario::hash).toArray();
        double[] points = new double[NODES];
        Arrays.fill(points, VIRTUAL_NODES);
        int[] before = owners(hashes, points);
        int[] best = before;
        for (int step = 0; step < MOST_STEPS && skew(load, best) > skew; step++) {
            int[] owner = owners(hashes, points);
            best = skew(load, owner) < skew(load, best) ? owner : best;
            double[] loads = loads(load, owner);
            double mean = Arrays.stream(loads).sum() / NODES;
            for (int node = 0; node < NODES; node++) {
                points[node] = Math.clamp(points[node] * Math.pow(mean / loads[node], 0.1), 1, 10 * VIRTUAL_NODES);
            }
        }
        return row("plain ring, other weights", load, before, best);
    }

    private static int[] owners(long[] hashes, double[] points) {
        TreeMap<Long, Integer> ring = new TreeMap<>();
        for (int node = 0; node < NODES; node++) {
            for (int point = 0; point < Math.round(points[node]); point++) {
                ring.put(hash("n" + node + "#" + point), node);
            }
        }
        int first = ring.firstEntry().getValue();
        return Arrays.stream(hashes)
                .mapToInt(hash -> {
                    Map.Entry<Long, Integer> next = ring.ceilingEntry(hash);
                    return next == null ? first : next.getValue();
                })
                .toArray();
    }

    private static long hash(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(UTF_8));
        long mixed = crc.getValue() * 0x9E3779B97F4A7C15L; // CRCs of like names lie close to each other
        return (mixed ^ mixed >>> 32) & Long.MAX_VALUE;
    }
}
