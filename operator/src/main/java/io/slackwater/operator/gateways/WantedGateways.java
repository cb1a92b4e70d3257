package io.slackwater.operator.gateways;

/**
 * What a gateway tier shall be like.
 *
 * @param replicas gateways wanted, at least 1
 * @param revision of the pods wanted
 */
public record WantedGateways(int replicas, String revision, DrainSettings drain) {}
