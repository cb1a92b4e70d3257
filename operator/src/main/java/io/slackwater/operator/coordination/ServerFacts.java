package io.slackwater.operator.coordination;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a server says of itself in {@code INFO}.
 *
 * @param product {@code Redis} or {@code Valkey}
 * @param version as the product numbers itself
 * @param runId changes with every start of the process; 40 hexadecimal digits
 * @param mode {@code standalone}, {@code cluster} or {@code sentinel}
 * @param replica whether it is a replica of another server
 * @param appendOnly whether it writes an append-only file
 */
record ServerFacts(String product, String version, String runId, String mode, boolean replica, boolean appendOnly) {
    /** Reads the answer to {@code INFO}; what it does not contain is empty or false. */
    static ServerFacts parse(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(
                        line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        String valkey = fields.get("valkey_version");
        return new ServerFacts(
                valkey != null ? "Valkey" : "Redis",
                valkey != null ? valkey : fields.getOrDefault("redis_version", ""),
                fields.getOrDefault("run_id", ""),
                fields.getOrDefault("redis_mode", fields.getOrDefault("server_mode", "standalone")),
                fields.getOrDefault("role", "master").equals("slave"),
                fields.getOrDefault("aof_enabled", "0").equals("1"));
    }

    /** Why such a server cannot be a node, in a sentence that says what to do; empty when it can. */
    Optional<String> refusal() {
        boolean valkey = product.equals("Valkey");
        if (!atLeast(7, valkey ? 2 : 0)) {
            return Optional.of("the server is " + product + " " + (version.isEmpty() ? "of unknown version" : version)
                    + "; Redis 7.0 or Valkey 7.2 is the oldest that will do: use a newer image");
        }
        if (!mode.equals("standalone")) {
            return Optional.of("the server runs in " + mode + " mode; it must be standalone: remove cluster-enabled");
        }
        if (replica) {
            return Optional.of("the server is a replica; it must stand alone: remove replicaof");
        }
        if (!runId.matches("[0-9a-f]{12,64}")) {
            return Optional.of("the server states the run_id \"" + runId + "\"; a hexadecimal one is needed to tell its"
                    + " process from others");
        }
        return Optional.empty();
    }

    /** The id of the node that this process is. */
    String nodeId(String podName) {
        return podName + "/" + runId.substring(0, 12);
    }

    private boolean atLeast(int major, int minor) {
        String[] parts = version.split("[^0-9]+", 3);
        try {
            int actual = Integer.parseInt(parts[0]);
            return actual > major || actual == major && parts.length > 1 && Integer.parseInt(parts[1]) >= minor;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
