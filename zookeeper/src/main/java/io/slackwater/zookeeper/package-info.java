/**
 * What a cluster has in ZooKeeper, for who lives outside of Kubernetes. The operator writes a {@link
 * io.slackwater.zookeeper.Publication}, members have a {@link io.slackwater.zookeeper.Membership} there while they live, and a {@link
 * io.slackwater.zookeeper.Directory} tells a client which nodes to begin with.
 *
 * <p>It is a copy: what is in force is in Kubernetes and on the nodes. Nothing here is in the path of a message or of a move, and
 * whatever is found here is checked before it is used.
 */
@NullMarked
package io.slackwater.zookeeper;

import org.jspecify.annotations.NullMarked;
