package io.slackwater.operator.gateways;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which gateways are to serve and which are to go, of those that nobody has asked to go and that are not leaving yet. Pure.
 *
 * <p><b>A rollout</b> changes the whole generation at once. The new one is added besides the old one, one pod first and the others when it
 * is ready, and takes no client while the old one does. When all of it is ready, it is taken into the endpoints and all of the old one
 * out of them. Only so can each client be sure to be told to go once: as long as one old gateway could be reached, a client that was told to
 * leave another might land there. The price is room for a second tier while it lasts. Until the change, a specification that is undone has
 * cost no client anything.
 *
 * <p><b>A scale-in</b> takes the gateways that have the fewest connections.
 *
 * <p><b>A machine that is emptied</b>, by {@code kubectl drain} or by whoever scales machines, has its pods evicted one after the other. When the first of its
 * gateways is asked to go, the others there go with it: they are replaced, and taken out of the endpoints together, so that a client which one
 * of them lets go does not land on one that goes next.
 *
 * <p>Nothing is taken out of the endpoints as long as fewer than wanted would be left there, and what was taken out and is not leaving
 * comes back when it is needed.
 *
 * @param current of the wanted revision
 * @param old of another one
 * @param company on a machine that is emptied, whatever their revision; in none of the other lists but {@code serve} and {@code go}
 * @param keep of the wanted revision: those that stay
 * @param serve to be in the endpoints
 * @param go to be out of the endpoints, and then to leave
 * @param missing pods to add, as far as their number goes
 */
record Generations(
        List<ObservedGateway> current,
        List<ObservedGateway> old,
        List<ObservedGateway> company,
        List<ObservedGateway> keep,
        List<ObservedGateway> serve,
        List<ObservedGateway> go,
        int missing) {

    static Generations of(WantedGateways wanted, List<ObservedGateway> all) {
        List<ObservedGateway> present = all.stream()
                .filter(gateway -> gateway.pod().usable() && !gateway.leaving())
                .sorted(dispensableFirst())
                .toList();
        List<ObservedGateway> company = present.stream()
                .filter(gateway -> all.stream().anyMatch(gateway::goesWith))
                .toList();
        List<ObservedGateway> candidates =
                present.stream().filter(g -> !company.contains(g)).toList();
        List<ObservedGateway> current = candidates.stream()
                .filter(g -> !g.pod().outdated(wanted.revision()))
                .toList();
        List<ObservedGateway> old = candidates.stream()
                .filter(g -> g.pod().outdated(wanted.revision()))
                .toList();
        int spare = Math.max(0, current.size() - wanted.replicas());
        List<ObservedGateway> victims = current.subList(0, spare);
        List<ObservedGateway> keep = current.subList(spare, current.size());
        List<ObservedGateway> serve = new ArrayList<>();
        List<ObservedGateway> go = new ArrayList<>();
        if (old.isEmpty() || ready(current) >= wanted.replicas()) {
            keep.stream().filter(g -> g.pod().ready()).forEach(serve::add);
            go.addAll(old);
            retire(victims, wanted.replicas() - serve.size(), serve, go);
        } else {
            stay(wanted, all, old, keep, serve, go);
            retire(victims, wanted.replicas() - ready(serve), serve, go);
        }
        boolean enough = ready(serve) >= wanted.replicas();
        for (ObservedGateway gateway : company) { // all at once; until then all of them serve that do
            if (enough || hasLeavingTwin(gateway, all)) {
                go.add(gateway);
            } else if (gateway.pod().ready()) {
                serve.add(gateway);
            }
        }
        List<ObservedGateway> former = new ArrayList<>(old);
        company.stream().filter(g -> g.pod().outdated(wanted.revision())).forEach(former::add);
        return new Generations(
                current, old, company, keep, List.copyOf(serve), List.copyOf(go), missing(wanted, current, former));
    }

    /** Before the change: the old ones serve. New ones do only if there are not enough of the old. */
    private static void stay(
            WantedGateways wanted,
            List<ObservedGateway> all,
            List<ObservedGateway> old,
            List<ObservedGateway> keep,
            List<ObservedGateway> serve,
            List<ObservedGateway> go) {
        for (ObservedGateway gateway : old) {
            (hasLeavingTwin(gateway, all) ? go : serve).add(gateway);
        }
        int lacking = wanted.replicas() - ready(serve);
        for (ObservedGateway gateway : keep.reversed()) {
            if (gateway.pod().ready() && (gateway.admitted() || lacking > 0)) {
                serve.add(gateway);
                lacking--;
            }
        }
    }

    /**
     * Whether one that was taken out of the endpoints together with this one is leaving: its clients may be told to go at any time, and
     * must not find this one in the endpoints again.
     */
    static boolean hasLeavingTwin(ObservedGateway gateway, List<ObservedGateway> all) {
        Instant cordonedAt = gateway.cordoned() ? gateway.cordonedAt() : null;
        return cordonedAt != null
                && all.stream().anyMatch(other -> {
                    Instant leavingSince = other.leavingSince();
                    return leavingSince != null
                            && !other.pod().terminating()
                            && !cordonedAt.isAfter(leavingSince)
                            && other.pod().revision().equals(gateway.pod().revision());
                });
    }

    /** Victims go, but for those that are needed until there are enough others; the ones with the most connections stay longest. */
    private static void retire(
            List<ObservedGateway> victims, int lacking, List<ObservedGateway> serve, List<ObservedGateway> go) {
        int needed = lacking;
        for (ObservedGateway victim : victims.reversed()) {
            if (needed > 0 && victim.pod().ready()) {
                needed--;
                serve.add(victim);
            } else if (victim.pod().ready() && victim.admitted() && victim.report() == null) {
                serve.add(victim); // whether it has the fewest connections is not known
            } else {
                go.add(victim);
            }
        }
    }

    private static int missing(WantedGateways wanted, List<ObservedGateway> current, List<ObservedGateway> former) {
        int missing = Math.max(0, wanted.replicas() - current.size());
        boolean untried = ready(current) == 0 && ready(former) > 0;
        return untried ? Math.min(missing, Math.max(0, 1 - current.size())) : missing;
    }

    static int ready(List<ObservedGateway> gateways) {
        return (int) gateways.stream().filter(g -> g.pod().ready()).count();
    }

    /**
     * Which to do without first: what has no process, what was never needed, what has already been taken out, and then what has the fewest
     * connections. One whose connections are not known counts as having the most.
     */
    private static Comparator<ObservedGateway> dispensableFirst() {
        return Comparator.<ObservedGateway>comparingInt(g -> g.lifeless() ? 0 : 1)
                .thenComparingInt(g -> !g.admitted() && g.empty() ? 0 : 1)
                .thenComparingInt(g -> g.cordoned() ? 0 : 1)
                .thenComparingInt(ObservedGateway::connections)
                .thenComparing(g -> g.pod().createdAt(), Comparator.reverseOrder())
                .thenComparing(ObservedGateway::name);
    }
}
