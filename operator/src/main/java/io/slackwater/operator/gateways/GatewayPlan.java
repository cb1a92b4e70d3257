package io.slackwater.operator.gateways;

import io.slackwater.operator.nodes.FailedPods;
import io.slackwater.operator.nodes.ObservedPod;
import java.time.Instant;
import java.util.List;

/**
 * What is to be done now: a pure function of what is wanted and what is seen, computed anew at each look, so that a changed mind or a
 * new operator simply goes on from here. The steps are taken in the order of the components; each can be taken again without harm.
 *
 * <p>Scale-in, rollout, deletion and eviction are one path, see the package. What somebody else has asked to go is replaced at once and leaves
 * in the same steps, only that its time is up when its grace period is.
 *
 * @param create pods to add
 * @param admit pods to take into the endpoints
 * @param cordon pods to take out of the endpoints
 * @param leave cordoned pods for which there is no way back from now on
 * @param begin leaving pods whose turn it is to drain
 * @param orders what draining gateways are to be told
 * @param removals pods to remove
 * @param held why nothing happens that a person may wait for, one sentence; empty when nothing holds
 */
public record GatewayPlan(
        int create,
        List<ObservedGateway> admit,
        List<ObservedGateway> cordon,
        List<ObservedGateway> leave,
        List<ObservedGateway> begin,
        List<DrainOrder> orders,
        List<Removal> removals,
        String held) {

    /** Plans. */
    public static GatewayPlan of(WantedGateways wanted, List<ObservedGateway> gateways, Instant now) {
        List<ObservedPod> pods = gateways.stream().map(ObservedGateway::pod).toList();
        FailedPods failed = FailedPods.of(pods);
        Generations generations = Generations.of(wanted, gateways);
        Departures departures = new Departures(wanted, gateways, generations, now);
        boolean healthy = generations.missing() == 0
                && pods.stream().filter(ObservedPod::usable).allMatch(ObservedPod::ready);
        return new GatewayPlan(
                failed.pause(now).isZero() ? generations.missing() : 0,
                generations.serve().stream().filter(g -> !g.admitted()).toList(),
                departures.cordon(),
                departures.leave(),
                departures.begin(),
                departures.orders(),
                departures.removals(failed.surplus(healthy)),
                held(wanted, generations, failed, now));
    }

    private static String held(WantedGateways wanted, Generations generations, FailedPods failed, Instant now) {
        if (generations.missing() > 0 && !failed.pause(now).isZero()) {
            return failed.held(now);
        }
        int ready = Generations.ready(generations.current());
        if (generations.go().stream().noneMatch(generations.company()::contains)
                && !generations.company().isEmpty()) {
            return generations.company().getFirst().closedMachine() + " is being emptied: its other gateways ("
                    + generations.company().size() + ") go as well once " + wanted.replicas()
                    + " elsewhere are ready, now " + ready;
        }
        if (!generations.old().isEmpty() && ready < wanted.replicas()) {
            return "rollout: " + ready + " of " + wanted.replicas() + " gateways of revision " + wanted.revision()
                    + " are ready, the " + generations.old().size() + " of the old one serve until all are";
        }
        return "";
    }

    /** Whether this takes a step that cannot be undone, and so has to be planned on what the API server has now. */
    public boolean irrevocable() {
        return create > 0 || !leave.isEmpty() || !removals.isEmpty();
    }

    /** Whether something is under way. */
    public boolean busy() {
        return irrevocable()
                || !admit.isEmpty()
                || !cordon.isEmpty()
                || !begin.isEmpty()
                || !orders.isEmpty()
                || !held.isEmpty();
    }
}
