package io.slackwater.quickstart.stage;

import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two replicas of the operator, each in its process. On request the one that leads is killed the moment a handover is seen in the middle:
 * after its COMMIT was persisted and before it is done. Thread-safe.
 */
public final class Operators {
    private static final List<String> NAMES = List.of("slackwater-operator-0", "slackwater-operator-1");

    private static final long STANDBY_SECONDS = 180;
    private static final int PAUSES_TO_DIE = 4;
    private static final int PAUSES_FOR_LEADER = 800;

    private final Machine machine;
    private final AtomicBoolean armed = new AtomicBoolean();
    private final AtomicInteger again = new AtomicInteger();
    private volatile String leader = "";
    private volatile @Nullable Kill kill;
    private volatile long killedNanos;
    private volatile long killedTerm;
    private volatile long takenOverMillis = -1;

    /**
     * A kill.
     *
     * @param pod the replica that led
     * @param handovers in progress in what was persisted last before it was dead
     * @param phases of these
     */
    public record Kill(String pod, int handovers, String phases) {}

    Operators(Machine machine) {
        this.machine = machine;
    }

    void start(int replica) {
        String name = NAMES.get(replica);
        int port = Pods.freePort();
        machine.create(Pods.of(
                name,
                Pods.OPERATOR,
                List.of(
                        "--kubeconfig=" + machine.kubeconfig(),
                        "--identity=" + name,
                        "--lease-namespace=" + Machine.NAMESPACE,
                        "--namespaces=" + Machine.NAMESPACE,
                        "--port=" + port,
                        "--lease-duration=PT3S",
                        "--renew-deadline=PT2S",
                        "--retry-period=PT0.5S"),
                Map.of(),
                Pods.http("/readyz", port)));
    }

    void awaitStandby() {
        machine.awaitReady(NAMES.get(1), STANDBY_SECONDS);
    }

    /**
     * From now on a handover in the middle is the leader's end.
     *
     * @throws IllegalStateException if nobody leads
     */
    public void arm() {
        leader = leader();
        armed.set(true);
    }

    /** The kill that was done; null before. */
    public @Nullable Kill kill() {
        return kill;
    }

    /** From the kill to the first ring of the successor, in milliseconds; negative while there is none. */
    public long takenOverMillis() {
        return takenOverMillis;
    }

    /** How often a leader was killed too late, between two handovers. */
    public int missed() {
        return again.get();
    }

    /** Pods that end as part of the plan. */
    public List<String> names() {
        return NAMES;
    }

    /** @param persisted tells the ring that is persisted at the time of asking */
    void ringSeen(Ring ring, Supplier<@Nullable Ring> persisted) {
        if (kill != null && takenOverMillis < 0 && ring.term() > killedTerm) {
            takenOverMillis = (System.nanoTime() - killedNanos) / 1_000_000;
        }
        if (inTheMiddle(ring) && armed.compareAndSet(true, false)) {
            machine.kill(leader);
            killedTerm = ring.term();
            killedNanos = System.nanoTime();
            Thread.ofVirtual().name("after-the-kill").start(() -> look(persisted));
        }
    }

    private static boolean inTheMiddle(Ring ring) {
        return ring.handovers().stream()
                .anyMatch(handover -> handover.phase() == Phase.COMMIT || handover.phase() == Phase.FENCE);
    }

    /** What the dead leader left behind. If that is no handover in the middle, the kill came too late and is done again. */
    private void look(Supplier<@Nullable Ring> persisted) {
        for (int i = 0; i < PAUSES_TO_DIE; i++) {
            Machine.pause();
        }
        Ring left = persisted.get();
        if (left == null || !inTheMiddle(left)) {
            again.incrementAndGet();
            awaitLeader();
            arm();
            return;
        }
        kill = new Kill(
                leader,
                left.handovers().size(),
                String.join(
                        ", ",
                        left.handovers().stream()
                                .map(handover -> handover.phase().name())
                                .sorted()
                                .toList()));
    }

    private void awaitLeader() {
        String dead = leader;
        for (int i = 0; i < PAUSES_FOR_LEADER && holder().orElse(dead).equals(dead); i++) {
            Machine.pause();
        }
    }

    private String leader() {
        return holder().orElseThrow(() -> new IllegalStateException("no operator leads"));
    }

    private Optional<String> holder() {
        return machine.client().leases().inAnyNamespace().list().getItems().stream()
                .map(lease -> String.valueOf(lease.getSpec().getHolderIdentity()))
                .flatMap(holder -> NAMES.stream().filter(holder::startsWith))
                .findFirst();
    }
}
