package io.slackwater.operator.gateways;

import io.slackwater.operator.gateways.GatewayReport.Phase;
import io.slackwater.operator.nodes.ObservedPod;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gateway pods for tests, each step a new one. */
public final class Gateways {
    public static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final String name;
    private final String revision;
    private boolean ready;
    private boolean admitted;
    private boolean started;
    private boolean failed;
    private @Nullable Instant cordonedAt;
    private @Nullable Instant leavingSince;
    private @Nullable Instant drainingSince;
    private @Nullable Instant goneBy;
    private String closedMachine = "";
    private @Nullable GatewayReport report;

    private Gateways(String name, String revision) {
        this.name = name;
        this.revision = revision;
    }

    /** This one, with something changed. */
    private Gateways but(Consumer<Gateways> change) {
        Gateways copy = new Gateways(name, revision);
        copy.ready = ready;
        copy.admitted = admitted;
        copy.started = started;
        copy.failed = failed;
        copy.cordonedAt = cordonedAt;
        copy.leavingSince = leavingSince;
        copy.drainingSince = drainingSince;
        copy.goneBy = goneBy;
        copy.closedMachine = closedMachine;
        copy.report = report;
        change.accept(copy);
        return copy;
    }

    /** One that serves. */
    public static Gateways serving(String name, String revision, int connections) {
        return fresh(name, revision).but(it -> it.admitted = true).with(connections);
    }

    /** One that is ready and was never taken into the endpoints. */
    public static Gateways fresh(String name, String revision) {
        return pending(name, revision)
                .but(it -> {
                    it.ready = true;
                    it.started = true;
                })
                .with(0);
    }

    /** One that has no process yet. */
    public static Gateways pending(String name, String revision) {
        return new Gateways(name, revision);
    }

    public Gateways with(int connections) {
        return with(new GatewayReport(Phase.SERVING, connections, 0, OptionalLong.empty()));
    }

    public Gateways with(@Nullable GatewayReport said) {
        return but(it -> it.report = said);
    }

    public Gateways draining(int rate, int connections) {
        return with(new GatewayReport(
                connections == 0 ? Phase.DRAINED : Phase.DRAINING, connections, rate, OptionalLong.empty()));
    }

    public Gateways slow(long acceptMillis) {
        return with(new GatewayReport(Phase.SERVING, 0, 0, OptionalLong.of(acceptMillis)));
    }

    public Gateways unready() {
        return but(it -> it.ready = false);
    }

    public Gateways cordoned(int secondsAgo) {
        return but(it -> {
            it.admitted = false;
            it.cordonedAt = NOW.minusSeconds(secondsAgo);
            it.leavingSince = null;
            it.drainingSince = null;
        });
    }

    public Gateways leaving() {
        return but(it -> {
            it.admitted = false;
            it.leavingSince = NOW.minusSeconds(1);
            it.drainingSince = null;
        });
    }

    /** Somebody has put the label back by which the Service selects it. */
    public Gateways selected() {
        return but(it -> it.admitted = true);
    }

    public Gateways drainingFor(int seconds) {
        return but(it -> {
            it.admitted = false;
            it.leavingSince = NOW.minusSeconds(seconds);
            it.drainingSince = it.leavingSince;
        });
    }

    public Gateways asked(int secondsLeft) {
        return but(it -> it.goneBy = NOW.plusSeconds(secondsLeft));
    }

    /** On a machine that takes no new pods. */
    public Gateways on(String machine) {
        return but(it -> it.closedMachine = machine);
    }

    public ObservedGateway get() {
        ObservedPod pod = new ObservedPod(
                "uid-" + name,
                name,
                started ? "10.0.0.1" : "",
                ready,
                goneBy != null,
                failed,
                failed,
                started,
                name + "/0",
                0,
                NOW.minusSeconds(1000 - name.charAt(name.length() - 1)),
                Instant.EPOCH,
                admitted,
                "",
                false,
                revision,
                "");
        return new ObservedGateway(
                pod,
                cordonedAt,
                leavingSince,
                drainingSince,
                goneBy == null ? null : NOW.minusSeconds(10),
                goneBy,
                closedMachine,
                report);
    }
}
