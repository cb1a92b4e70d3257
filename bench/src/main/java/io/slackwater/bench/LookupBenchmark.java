package io.slackwater.bench;

import io.slackwater.ring.PlannedNode;
import io.slackwater.ring.Planner;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.RingLookup;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Channel name to node, at 100 nodes: slot and table against a hash ring of 160 virtual nodes each in a {@link TreeMap}.
 *
 * <p>Two peers. {@code treeMapMd5} is the ring as it is usually written, the one that is to be beaten 50 times: the name's MD5, its first eight
 * bytes as key, {@code ceilingEntry}, and the first entry beyond the last. {@code treeMapFastHash} differs in its hash
 * alone, a 64-bit mixer over the characters that allocates nothing: what is left is the price of the tree.
 *
 * <p>The names are the same for all, of random numbers. 1,024 of them stay in the cache, as a name does that was just read from a
 * socket, but so do the paths they take through the tree, and a branch predictor learns some; 16,384 walk all of the tree, as live
 * traffic does. Both are measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class LookupBenchmark {
    private static final int NODES = 100;
    private static final int VIRTUAL = 160;

    /** How many names; a power of two. Few stay in the cache and in the branch predictor's memory, many do not. */
    @Param({"1024", "16384"})
    public int count = 1024;

    /** How channels are called: short and of one length, or of several kinds and lengths. */
    @Param({"nearby:{n}", "mixed"})
    public String names = "mixed";

    private String[] channels = {};
    private final TreeMap<Long, String> md5Ring = new TreeMap<>();
    private final TreeMap<Long, String> fastRing = new TreeMap<>();
    private @Nullable RingLookup lookup;
    private int next;

    @Setup
    public void fill() {
        Random random = new Random(42);
        channels = new String[count];
        for (int i = 0; i < count; i++) {
            int user = 100_000 + random.nextInt(900_000);
            channels[i] = switch (names.equals("mixed") ? random.nextInt(3) : 0) {
                case 0 -> "nearby:" + user;
                case 1 -> "chat:room:" + user + ":typing";
                default -> "presence:{user" + user + "}:devices:" + random.nextInt(10);
            };
        }
        List<PlannedNode> nodes = IntStream.range(0, NODES)
                .mapToObj(i -> PlannedNode.of("nearby-friends-" + i))
                .toList();
        lookup = RingLookup.of(Planner.plan(SlotTable.UNASSIGNED, nodes, SlotLoad.UNIFORM, PlannerSettings.DEFAULT)
                .result());
        for (PlannedNode node : nodes) {
            for (int i = 0; i < VIRTUAL; i++) {
                md5Ring.put(md5(node.id() + "#" + i), node.id());
                fastRing.put(mixed(node.id() + "#" + i), node.id());
            }
        }
    }

    @Benchmark
    public String slackwater() {
        return Objects.requireNonNull(lookup).nodeOf(channel());
    }

    @Benchmark
    public String treeMapMd5() {
        return clockwise(md5Ring, md5(channel()));
    }

    @Benchmark
    public String treeMapFastHash() {
        return clockwise(fastRing, mixed(channel()));
    }

    private String channel() {
        return channels[next++ & channels.length - 1];
    }

    private static String clockwise(TreeMap<Long, String> ring, long hash) {
        Map.Entry<Long, String> entry = ring.ceilingEntry(hash);
        return entry == null ? Objects.requireNonNull(ring.firstEntry()).getValue() : entry.getValue();
    }

    private static long md5(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            long value = 0;
            for (int i = 0; i < 8; i++) {
                value = value << 8 | digest[i] & 0xff;
            }
            return value;
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }

    private static long mixed(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
        return hash ^ hash >>> 31;
    }
}
