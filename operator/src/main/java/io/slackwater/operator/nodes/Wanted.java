package io.slackwater.operator.nodes;

import io.slackwater.crds.PubSubClusterSpec;

/**
 * What a tier shall be like.
 *
 * @param replicas nodes wanted, at least 1
 * @param revision of the pods wanted, see {@link Revision}; a pod without one counts as of this one
 * @param postponed why no further node may be replaced for the sake of an upgrade now, a few words; empty when it may
 */
public record Wanted(int replicas, String revision, String postponed) {
    /** What a specification asks for. */
    public static Wanted of(PubSubClusterSpec spec) {
        return new Wanted(
                spec.replicas(), Revision.of(spec.nodes()), spec.migration().paused() ? "migration.paused is set" : "");
    }
}
