package io.slackwater.ring.handover;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who may do what on the nodes of a cluster, as users of the server's access control list (Redis 7.0, Valkey 7.2: selectors).
 *
 * <p>The protocol rests on one writer: a member that could write the ring or publish on {@code control} could move every slot. So
 * only the operator may. Members publish on every channel outside of the cluster's own names and on {@code acks}; since a rule can
 * only allow, "outside" is spelled as the patterns of all names that leave the prefix at its first, second, … character. Listening
 * tells nobody more than the ring, which every member reads, so they may listen on any channel and by any pattern.
 *
 * @param names of the cluster
 */
public record NodeUsers(ClusterNames names) {
    /** The only one to write the ring and to publish on {@code control}. */
    public static final String OPERATOR = "slackwater-operator";

    /** Gateways and back ends. */
    public static final String MEMBER = "slackwater-member";

    /** The preStop hook of a node: it may wait for its answer, and do nothing else. */
    public static final String HOOK = "slackwater-hook";

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /**
     * The file that a server loads at its start. The default user, and with it everybody who does not log in, is turned off.
     *
     * @param hashes by user, the SHA-256 of each password that is valid, 64 hexadecimal digits; users that are missing get none and
     *     cannot log in
     * @throws IllegalArgumentException when a hash or a user is none
     */
    public String file(Map<String, List<String>> hashes) {
        StringBuilder file = new StringBuilder("user default off resetpass resetkeys resetchannels -@all\n");
        hashes.keySet().forEach(this::rules);
        for (String user : List.of(OPERATOR, MEMBER, HOOK)) {
            file.append("user ").append(user);
            words(user, hashes.getOrDefault(user, List.of()))
                    .forEach(word -> file.append(' ').append(word));
            file.append('\n');
        }
        return file.toString();
    }

    /**
     * The arguments of ACL SETUSER, without the user, that bring a running server to the same. Connections that exist stay.
     *
     * @throws IllegalArgumentException when a hash or the user is none
     */
    public List<String> update(String user, List<String> hashes) {
        List<String> arguments = new ArrayList<>(List.of("reset"));
        arguments.addAll(words(user, hashes));
        return List.copyOf(arguments);
    }

    private List<String> words(String user, List<String> hashes) {
        List<String> words = new ArrayList<>(List.of("on"));
        for (String hash : hashes) {
            if (!HASH.matcher(hash).matches()) {
                throw new IllegalArgumentException("password hash of " + user + ": must be 64 hexadecimal digits");
            }
            words.add("#" + hash);
        }
        words.addAll(rules(user));
        return words;
    }

    private List<String> rules(String user) {
        return switch (user) {
            case OPERATOR -> operator();
            case MEMBER -> member();
            case HOOK -> List.of("resetchannels", "~" + names.prestop(), "-@all", "+blpop");
            default -> throw new IllegalArgumentException("\"" + user + "\" is no user of a node");
        };
    }

    /** All that is harmless, on the cluster's own keys and channels, and of the dangerous what it needs. */
    private List<String> operator() {
        String own = names.prefix() + "*";
        return List.of(
                "resetchannels",
                "~" + own,
                "&" + own,
                "+@all",
                "-@dangerous",
                "+info",
                "+client|list",
                "+client|kill",
                "+config|get",
                "+config|set",
                "+acl|getuser",
                "+acl|setuser");
    }

    private List<String> member() {
        List<String> publish = new ArrayList<>(List.of("+publish", "&" + names.acks()));
        outside(names.prefix()).forEach(pattern -> publish.add("&" + pattern));
        return List.of(
                "resetchannels",
                "-@all",
                "+ping",
                "+client|setname",
                "+client|id",
                "+client|kill",
                "+multi",
                "+exec",
                "+discard",
                "+get",
                "%R~" + names.ring(),
                "%R~" + names.node(),
                "(" + String.join(" ", publish) + ")",
                "(+subscribe +unsubscribe +psubscribe +punsubscribe &*)",
                "(+sadd +srem %W~" + names.members() + ")",
                "(+hset %W~" + names.books() + " %W~" + names.booksOf("*") + ")");
    }

    /** Patterns that match exactly the names that do not begin with the prefix. */
    static List<String> outside(String prefix) {
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < prefix.length(); i++) {
            String kept = prefix.substring(0, i);
            patterns.add(kept + "[^" + prefix.charAt(i) + "]*");
            if (i > 0) {
                patterns.add(kept);
            }
        }
        return patterns;
    }
}
