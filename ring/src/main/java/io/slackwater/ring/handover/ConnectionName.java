package io.slackwater.ring.handover;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name that a member gives to each of its connections, so that the coordinator knows from {@code CLIENT LIST} who is there:
 * {@code slackwater:VERSION:CLUSTER:MEMBER:ROLE}.
 *
 * @param version protocol version the member speaks, 1 to 99
 * @param cluster name of the cluster, 1 to 128 of {@code [A-Za-z0-9._/-]}
 * @param member name of the member, unique among those alive, 1 to 128 of {@code [A-Za-z0-9._-]}
 * @param role what the connection is for
 */
public record ConnectionName(int version, String cluster, String member, Role role) {
    /**
     * The version this library speaks. A member of version 1 reads whole rings, one of version 2 also {@linkplain io.slackwater.ring.RingDelta changes} of rings; all
     * else is the same. The coordinator publishes what everybody who is connected reads.
     */
    public static final int VERSION = 2;

    private static final Pattern MEMBER = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Pattern CLUSTER = Pattern.compile("[A-Za-z0-9._/-]{1,128}");
    private static final Pattern FORM =
            Pattern.compile("slackwater:([1-9][0-9]?):([A-Za-z0-9._/-]{1,128}):([A-Za-z0-9._-]{1,128}):([sp])");

    public ConnectionName {
        if (!MEMBER.matcher(member).matches()) {
            throw new IllegalArgumentException(
                    "member name \"" + member + "\": must be 1 to 128 of letters, digits, '.', '_', '-'");
        }
        if (!CLUSTER.matcher(cluster).matches()) {
            throw new IllegalArgumentException(
                    "cluster name \"" + cluster + "\": must be 1 to 128 of letters, digits, '.', '_', '/', '-'");
        }
        if (version < 1 || version > 99) {
            throw new IllegalArgumentException("protocol version " + version + ": must be 1 to 99");
        }
    }

    /** The parts of a name of this form; empty for any other name, as that of a client that is no member. */
    public static Optional<ConnectionName> parse(String name) {
        Matcher form = FORM.matcher(name);
        return form.matches()
                ? Optional.of(new ConnectionName(
                        Integer.parseInt(form.group(1)),
                        form.group(2),
                        form.group(3),
                        form.group(4).equals("s") ? Role.SUBSCRIBER : Role.PUBLISHER))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "slackwater:" + version + ":" + cluster + ":" + member + ":" + role.code();
    }
}
