package io.slackwater.operator.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The command line of a node. The API server refuses the same directives by the rules of the definition; this is the second look,
 * for objects that are older than a rule.
 */
public final class Directives {
    /** Directives on which the operator relies. */
    static final Set<String> OWNED = Set.of(
            "port",
            "bind",
            "bind-source-addr",
            "protected-mode",
            "save",
            "appendonly",
            "dir",
            "dbfilename",
            "appenddirname",
            "appendfilename",
            "cluster-enabled",
            "replicaof",
            "slaveof",
            "daemonize",
            "supervised",
            "pidfile",
            "include",
            "unixsocket",
            "requirepass",
            "masterauth",
            "aclfile",
            "user",
            "rename-command",
            "timeout",
            "databases",
            "logfile");

    private static final List<String> OWNED_FAMILIES = List.of("tls-", "cluster-", "repl-", "replica-");

    private Directives() {}

    /** Why these directives cannot be used, one sentence each; empty when they can. */
    public static List<String> refusals(Map<String, String> config) {
        List<String> refusals = new ArrayList<>();
        for (String name : new TreeSet<>(config.keySet())) {
            String value = String.valueOf(config.get(name));
            if (!name.matches("[a-z][a-z0-9-]*")) {
                refusals.add("nodes.config: \"" + name
                        + "\" is no name of a directive: write it in lower case, as in redis.conf");
            } else if (OWNED.contains(name) || OWNED_FAMILIES.stream().anyMatch(name::startsWith)) {
                refusals.add("nodes.config: leave out " + name + ", the operator sets it");
            } else if (value.startsWith("--") || value.contains("\n")) {
                refusals.add(
                        "nodes.config: the value of " + name + " must be one line that does not begin with \"--\"");
            }
        }
        return refusals;
    }

    /**
     * Arguments of redis-server. Nothing is ever written to a disk: a failed snapshot makes every write fail, and an old one
     * would bring back an old epoch.
     */
    static List<String> arguments(Map<String, String> config, NodeSecurity security) {
        List<String> arguments = new ArrayList<>(List.of(
                "--save", "", "--appendonly", "no", "--protected-mode", "no", "--maxmemory-policy", "noeviction"));
        if (security.auth()) {
            arguments.addAll(List.of("--aclfile", NodePod.USERS_FOLDER + "/users.acl"));
        }
        if (security.tls()) {
            arguments.addAll(List.of(
                    "--port",
                    "0",
                    "--tls-port",
                    String.valueOf(Naming.PORT),
                    "--tls-cert-file",
                    NodePod.TLS_FOLDER + "/tls.crt",
                    "--tls-key-file",
                    NodePod.TLS_FOLDER + "/tls.key",
                    "--tls-auth-clients",
                    "no"));
        }
        new TreeMap<>(config).forEach((name, value) -> {
            arguments.add("--" + name);
            arguments.addAll(words(value));
        });
        return arguments;
    }

    /** Words between blanks; blanks within double quotes belong to the word. */
    private static List<String> words(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean begun = false;
        for (char c : value.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
                begun = true;
            } else if (c == ' ' && !quoted) {
                if (begun) {
                    words.add(word.toString());
                }
                word.setLength(0);
                begun = false;
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (begun || words.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }
}
