package io.slackwater.operator;

import io.slackwater.operator.reconcile.Pace;
import java.time.Duration;
import java.util.Set;

/**
 * How an operator runs.
 *
 * @param namespaces those it looks after; empty for all
 * @param leaseNamespace where the Lease is
 * @param identity unique among the replicas of an operator
 * @param leaseDuration how long a leader that does not renew is waited for
 * @param renewDeadline how long a leader that cannot renew goes on; less than the duration
 * @param retryPeriod between two attempts to get or renew the Lease; less than the deadline
 */
public record OperatorSettings(
        Set<String> namespaces,
        String leaseNamespace,
        String leaseName,
        String identity,
        Duration leaseDuration,
        Duration renewDeadline,
        Duration retryPeriod,
        Pace pace) {
    public OperatorSettings {
        namespaces = Set.copyOf(namespaces);
        if (renewDeadline.compareTo(leaseDuration) >= 0
                || retryPeriod.compareTo(renewDeadline) >= 0
                || retryPeriod.isNegative()
                || retryPeriod.isZero()) {
            throw new IllegalArgumentException("lease of " + leaseDuration + ", renewed within " + renewDeadline
                    + ", tried every " + retryPeriod + ": each must be shorter than the one before");
        }
    }
}
