package io.slackwater.zookeeper;

import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.Role;
import java.util.regex.Pattern;

/**
 * Where things are under the path of a cluster.
 *
 * <pre>
 * PATH/ring            the ring, encoded as on the nodes
 * PATH/nodes           the live nodes, see {@link PublishedNodes}
 * PATH/members/MEMBER  ephemeral, one for each member that makes itself known
 * </pre>
 *
 * <p>Folders are container nodes: ZooKeeper takes them away some time after the last of what was in them.
 *
 * @param path absolute, without a slash at its end, 2 to {@value #MAX_PATH} characters; each part is of {@code [A-Za-z0-9._-]}, and
 *     neither {@code .} nor {@code ..}
 */
public record Layout(String path) {
    /** Bound of {@link #path()}, in characters. */
    public static final int MAX_PATH = 255;

    /** Bound of what is read from {@link #ring()}, in bytes. */
    static final int MAX_RING = 512 << 10;

    /** Bound of what is read from {@link #nodes()}, in bytes: 127 nodes with the longest of names. */
    static final int MAX_NODES = 256 << 10;

    private static final Pattern FORM = Pattern.compile("(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+)+");

    public Layout {
        if (path.length() > MAX_PATH || !FORM.matcher(path).matches() || path.matches("/zookeeper(/.*)?")) {
            throw new IllegalArgumentException(
                    "path \"" + path + "\": must be absolute, of parts of letters, digits, '.', '_', '-',"
                            + " without a slash at its end, at most " + MAX_PATH
                            + " characters, and not ZooKeeper's own; for example /slackwater/nearby-friends");
        }
    }

    /** Where the ring is. */
    public String ring() {
        return path + "/ring";
    }

    /** Where the live nodes are. */
    public String nodes() {
        return path + "/nodes";
    }

    /** The folder of the members. */
    public String members() {
        return path + "/members";
    }

    /**
     * Where a member is.
     *
     * @param name as in {@link ConnectionName#member()}
     * @throws IllegalArgumentException no member can be called that
     */
    public String member(String name) {
        new ConnectionName(ConnectionName.VERSION, "any", name, Role.SUBSCRIBER);
        if (name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("member name \"" + name + "\" is no name of a znode");
        }
        return members() + "/" + name;
    }
}
