package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Snapshot.NodeLoad;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes rates of the counters that servers show in {@code INFO}. For one thread. */
final class LoadMeter {
    /** Shorter intervals are too noisy. */
    private static final long SHORTEST_MILLIS = 900;

    private final Map<String, Reading> before = new HashMap<>();
    private final Map<String, NodeLoad> load = new HashMap<>();

    /**
     * A server's counters.
     *
     * @param atMillis when they were read, on any clock that goes on evenly
     * @param publishes {@code PUBLISH} commands since its start
     * @param cpuSeconds processor time of its main thread since its start
     */
    record Reading(long atMillis, long publishes, double cpuSeconds) {
        /** Reads {@code INFO cpu commandstats}; what is not in there counts as zero. */
        static Reading of(long atMillis, String info) {
            long publishes = 0;
            double cpu = 0;
            for (String line : info.split("\r?\n")) {
                if (line.startsWith("cmdstat_publish:calls=")) {
                    publishes = (long) number(line.substring("cmdstat_publish:calls=".length()));
                } else if (line.startsWith("used_cpu_user_main_thread:")
                        || line.startsWith("used_cpu_sys_main_thread:")) {
                    cpu += number(line.substring(line.indexOf(':') + 1));
                }
            }
            return new Reading(atMillis, publishes, cpu);
        }

        private static double number(String text) {
            int comma = text.indexOf(',');
            try {
                return Math.max(0, Double.parseDouble((comma < 0 ? text : text.substring(0, comma)).strip()));
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    void read(String node, Reading now) {
        Reading then = before.get(node);
        if (then != null && now.atMillis() - then.atMillis() < SHORTEST_MILLIS) {
            return;
        }
        before.put(node, now);
        NodeLoad since = then == null ? null : since(then, now);
        if (since != null) {
            load.put(node, since);
        }
    }

    /** Null when the counters began anew. */
    private static @Nullable NodeLoad since(Reading then, Reading now) {
        double seconds = (now.atMillis() - then.atMillis()) / 1000.0;
        if (now.publishes() < then.publishes() || now.cpuSeconds() < then.cpuSeconds()) {
            return null;
        }
        return new NodeLoad(
                (now.publishes() - then.publishes()) / seconds, 100 * (now.cpuSeconds() - then.cpuSeconds()) / seconds);
    }

    /** Forgets all nodes but these. */
    void retain(Set<String> nodes) {
        before.keySet().retainAll(nodes);
        load.keySet().retainAll(nodes);
    }

    /** By node. */
    Map<String, NodeLoad> load() {
        return Map.copyOf(load);
    }
}
