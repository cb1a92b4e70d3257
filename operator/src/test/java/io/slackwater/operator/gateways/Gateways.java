package io.slackwater.operator.gateways;

import io.slackwater.operator.gateways.GatewayReport.Phase;
import io.slackwater.operator.nodes.ObservedPod;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Gateway pods for tests, each step a new one. */
public record Gateways(
        String name,
        String revision,
        boolean ready,
        boolean admitted,
        boolean started,
        boolean failed,
        @Nullable Instant cordonedAt,
        @Nullable Instant leavingSince,
        @Nullable Instant drainingSince,
        @Nullable Instant goneBy,
        String closedMachine,
        @Nullable GatewayReport report) {
    public static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    /** One that serves. */
    public static Gateways serving(String name, String revision, int connections) {
        return new Gateways(name, revision, true, true, true, false, null, null, null, null, "", null)
                .with(connections);
    }

    /** One that is ready and was never taken into the endpoints. */
    public static Gateways fresh(String name, String revision) {
        return new Gateways(name, revision, true, false, true, false, null, null, null, null, "", null).with(0);
    }

    /** One that has no process yet. */
    public static Gateways pending(String name, String revision) {
        return new Gateways(name, revision, false, false, false, false, null, null, null, null, "", null);
    }

    public Gateways with(int connections) {
        return with(new GatewayReport(Phase.SERVING, connections, 0, OptionalLong.empty()));
    }

    public Gateways with(@Nullable GatewayReport said) {
        return new Gateways(
                name,
                revision,
                ready,
                admitted,
                started,
                failed,
                cordonedAt,
                leavingSince,
                drainingSince,
                goneBy,
                closedMachine,
                said);
    }

    public Gateways draining(int rate, int connections) {
        return with(new GatewayReport(
                connections == 0 ? Phase.DRAINED : Phase.DRAINING, connections, rate, OptionalLong.empty()));
    }

    public Gateways slow(long acceptMillis) {
        return with(new GatewayReport(Phase.SERVING, 0, 0, OptionalLong.of(acceptMillis)));
    }

    public Gateways unready() {
        return new Gateways(
                name,
                revision,
                false,
                admitted,
                started,
                failed,
                cordonedAt,
                leavingSince,
                drainingSince,
                goneBy,
                closedMachine,
                report);
    }

    public Gateways cordoned(int secondsAgo) {
        Instant at = NOW.minusSeconds(secondsAgo);
        return new Gateways(
                name, revision, ready, false, started, failed, at, null, null, goneBy, closedMachine, report);
    }

    public Gateways leaving() {
        Instant at = NOW.minusSeconds(1);
        return new Gateways(
                name, revision, ready, false, started, failed, cordonedAt, at, null, goneBy, closedMachine, report);
    }

    /** Somebody has put the label back by which the Service selects it. */
    public Gateways selected() {
        return new Gateways(
                name,
                revision,
                ready,
                true,
                started,
                failed,
                cordonedAt,
                leavingSince,
                drainingSince,
                goneBy,
                closedMachine,
                report);
    }

    public Gateways drainingFor(int seconds) {
        Instant at = NOW.minusSeconds(seconds);
        return new Gateways(
                name, revision, ready, false, started, failed, cordonedAt, at, at, goneBy, closedMachine, report);
    }

    public Gateways asked(int secondsLeft) {
        Instant by = NOW.plusSeconds(secondsLeft);
        return new Gateways(
                name,
                revision,
                ready,
                admitted,
                started,
                failed,
                cordonedAt,
                leavingSince,
                drainingSince,
                by,
                closedMachine,
                report);
    }

    /** On a machine that takes no new pods. */
    public Gateways on(String machine) {
        return new Gateways(
                name,
                revision,
                ready,
                admitted,
                started,
                failed,
                cordonedAt,
                leavingSince,
                drainingSince,
                goneBy,
                machine,
                report);
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
