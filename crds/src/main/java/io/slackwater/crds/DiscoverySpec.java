package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where the ring and the nodes are told besides.
 *
 * @param zookeeper null for not there
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DiscoverySpec(
        @JsonPropertyDescription(
                "A ZooKeeper that is told ring and nodes, for who lives outside of Kubernetes. Nothing waits for it; what is there is a copy.")
        @Nullable
        ZooKeeper zookeeper) {

    /** Servers, and a place there. */
    @ValidationRule(
            value = "self.connectString.matches('^([A-Za-z0-9._-]+|\\\\[[0-9A-Fa-f:.]+\\\\]):[1-9][0-9]{0,4}"
                    + "(,([A-Za-z0-9._-]+|\\\\[[0-9A-Fa-f:.]+\\\\]):[1-9][0-9]{0,4})*$')",
            message =
                    "discovery.zookeeper.connectString must be HOST:PORT of each server, separated by commas, such as zk-0.zk:2181,zk-1.zk:2181.")
    @ValidationRule(
            value = "self.path.matches('^(/[A-Za-z0-9._-]+)+$') && !self.path.matches('(^|/)[.][.]?(/|$)')"
                    + " && !self.path.matches('^/zookeeper(/|$)')",
            message =
                    "discovery.zookeeper.path must be absolute, without a slash at its end, and not ZooKeeper's own, such as /slackwater/nearby-friends.")
    public record ZooKeeper(
            @JsonPropertyDescription("HOST:PORT of each server, separated by commas.")
            @Required
            @Size(min = 3, max = 1024)
            String connectString,

            @JsonPropertyDescription("Where in the tree: a path of this cluster alone.")
            @Required
            @Size(min = 2, max = 255)
            String path) {}
}
