package io.slackwater.operator.reconcile;

/** Answers the preStop hook of a pod. */
@FunctionalInterface
public interface NodeRelease {
    /**
     * Lets the hook return, now or when it is called. May block for 2 s; doing it again does no harm.
     *
     * @param cluster as members know it
     * @param host address of the pod
     * @return whether the server has taken it
     */
    boolean release(String cluster, String host);
}
