/**
 * Passwords and certificates of a cluster: what they are, when they change, and what the nodes and members get to see of them. Values
 * and functions; who keeps them in Secrets is elsewhere. Nothing in here shows a password or a private key in its {@code toString}.
 */
@NullMarked
package io.slackwater.operator.security;

import org.jspecify.annotations.NullMarked;
