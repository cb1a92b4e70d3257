package io.slackwater.operator.nodes;

import io.slackwater.crds.NodesSpec;
import io.slackwater.crds.SecurityMode;
import java.util.List;
import java.util.Optional;

/**
 * Whether the nodes of a cluster speak TLS and ask for passwords. All do or none does: a member cannot speak to some in one way and
 * to others in another. So as long as there are pods, they decide, and a specification that says otherwise has to wait.
 */
public record NodeSecurity(boolean tls, boolean auth) {
    /** What a specification asks for. */
    public static NodeSecurity asked(NodesSpec nodes) {
        return new NodeSecurity(
                nodes.tls().mode() != SecurityMode.Disabled, nodes.auth().mode() != SecurityMode.Disabled);
    }

    /** What holds now. */
    public static NodeSecurity of(NodesSpec nodes, List<ObservedPod> pods) {
        Optional<ObservedPod> oldest = pods.stream()
                .filter(ObservedPod::usable)
                .findFirst()
                .or(() -> pods.stream().findFirst());
        return oldest.map(ObservedPod::security).orElseGet(() -> asked(nodes));
    }

    /** Why the specification is not followed, in a sentence; empty when it is. */
    public String held(NodesSpec nodes) {
        NodeSecurity asked = asked(nodes);
        if (asked.equals(this)) {
            return "";
        }
        return "the nodes run " + words() + " and the specification asks for nodes " + asked.words()
                + ": members would have to change at the same moment, so a cluster that runs stays as it is;"
                + " make a new one, or set nodes.tls.mode and nodes.auth.mode to what runs";
    }

    private String words() {
        return (tls ? "with" : "without") + " TLS and " + (auth ? "with" : "without") + " passwords";
    }
}
