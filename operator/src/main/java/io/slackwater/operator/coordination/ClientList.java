package io.slackwater.operator.coordination;

import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import io.slackwater.ring.handover.NodeUsers;
import io.slackwater.ring.handover.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server's answer to {@code CLIENT LIST}, read for this protocol.
 *
 * @param members connections of members of the cluster
 * @param witnesses names of members that have said something on a publishing connection lately: they send a PING when there is nothing else, so that
 *     one that does not is gone with its machine
 * @param subscriptions channels that members are subscribed to here, over all their connections
 * @param others the first {@value #OTHERS_KEPT} connections that use channels and do not follow the ring: neither members nor operators
 * @param otherCount how many of those there are
 */
record ClientList(
        List<MemberConnection> members,
        Set<String> witnesses,
        long subscriptions,
        List<NonMember> others,
        int otherCount) {
    /** Connections of operators are named so, followed by the cluster. */
    static final String OPERATOR_PREFIX = "slackwater:operator:";

    static final int OTHERS_KEPT = 16;

    /** A member that is there has sent a PING by then. */
    private static final int SILENT_SECONDS = 10;

    /** A member has given its connection a name by then. */
    private static final int SETTLED_SECONDS = 3;

    /** Last commands, without their subcommands, of those who come to look: a move is nothing to them. */
    private static final Set<String> CARETAKING = Set.of(
            "NULL", "acl", "auth", "client", "command", "config", "dbsize", "hello", "info", "latency", "memory",
            "ping", "role", "select", "slowlog");

    private static final int LONGEST_LINE = 8_192;

    /**
     * Reads the answer. Lines that are too long or carry no id are left out: names cannot hold blanks, so that no client can forge another's line.
     *
     * @param cluster members of other clusters count as others
     */
    static ClientList parse(String answer, String cluster) {
        List<MemberConnection> members = new ArrayList<>();
        Set<String> witnesses = new LinkedHashSet<>();
        List<NonMember> others = new ArrayList<>();
        long subscriptions = 0;
        int otherCount = 0;
        for (int from = 0; from < answer.length(); ) {
            int end = answer.indexOf('\n', from);
            end = end < 0 ? answer.length() : end;
            if (end - from <= LONGEST_LINE && end > from) {
                Map<String, String> fields = fields(answer, from, end);
                long id = number(fields.get("id"));
                String name = fields.getOrDefault("name", "");
                ConnectionName member = ConnectionName.parse(name)
                        .filter(n -> n.cluster().equals(cluster))
                        .orElse(null);
                if (id > 0 && member != null) {
                    members.add(new MemberConnection(id, member.member(), member.role(), member.version()));
                    subscriptions += member.role() == Role.SUBSCRIBER ? number(fields.get("sub")) : 0;
                    if (member.role() == Role.PUBLISHER && number(fields.get("idle")) <= SILENT_SECONDS) {
                        witnesses.add(member.member());
                    }
                } else if (id > 0 && !name.startsWith(OPERATOR_PREFIX) && usesChannels(fields)) {
                    otherCount++;
                    if (others.size() < OTHERS_KEPT) {
                        others.add(new NonMember(
                                fields.getOrDefault("addr", ""),
                                fields.getOrDefault("user", ""),
                                name,
                                fields.getOrDefault("cmd", "")));
                    }
                }
            }
            from = end + 1;
        }
        return new ClientList(List.copyOf(members), witnesses, subscriptions, List.copyOf(others), otherCount);
    }

    /** Names of the members that are connected. */
    Set<String> memberNames() {
        Set<String> names = new LinkedHashSet<>();
        members.forEach(connection -> names.add(connection.member()));
        return names;
    }

    /**
     * Whether it listens or publishes, or may do so: all but those that have just come, those that look after the server, and the preStop
     * hook.
     */
    private static boolean usesChannels(Map<String, String> fields) {
        if (number(fields.get("sub")) + number(fields.get("psub")) + number(fields.get("ssub")) > 0) {
            return true;
        }
        String command = fields.getOrDefault("cmd", "NULL");
        int bar = command.indexOf('|');
        return number(fields.get("age")) >= SETTLED_SECONDS
                && !CARETAKING.contains(bar < 0 ? command : command.substring(0, bar))
                && !NodeUsers.HOOK.equals(fields.get("user"));
    }

    private static Map<String, String> fields(String answer, int from, int end) {
        Map<String, String> fields = new HashMap<>();
        while (from < end) {
            int blank = answer.indexOf(' ', from);
            int stop = blank < 0 || blank > end ? end : blank;
            int equals = answer.indexOf('=', from);
            if (equals > from && equals < stop) {
                fields.putIfAbsent(
                        answer.substring(from, equals),
                        answer.substring(equals + 1, stop).strip());
            }
            from = stop + 1;
        }
        return fields;
    }

    private static long number(@Nullable String text) {
        try {
            return text == null ? 0 : Math.max(0, Long.parseLong(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * A connection of a client that does not follow the ring.
     *
     * @param address where it comes from
     * @param user the ACL user it logged in as
     * @param name its own name, may be empty
     * @param lastCommand as the server shows it, for example {@code subscribe}
     */
    record NonMember(String address, String user, String name, String lastCommand) {
        String sentence() {
            return address + " (user " + user + (name.isEmpty() ? "" : ", named " + name) + ", last command "
                    + lastCommand + ")";
        }
    }
}
