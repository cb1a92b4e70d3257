package io.slackwater.operator.migration;

import io.slackwater.operator.migration.Decision.Change;
import io.slackwater.operator.migration.Decision.Proposal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns requests into changes, one at a time. A replica count is a request: it takes effect when its migration begins to run, and
 * never against one that runs.
 *
 * <p>The rules. What is asked for is proposed; asked for something else before it has begun, the proposal is withdrawn and a new one
 * made, so that several scale-ins become one. While one runs, a larger scale-out replaces a scale-out that has the gate's leave, and
 * another specification of pods ends it, so that what was wrong with the last can be undone; everything else waits until it has ended, or a person cancels it. What a person has cancelled is not proposed again until something
 * else is asked for, or its object is deleted. The replacement of a node that died waits for nobody.
 */
public final class MigrationPolicy {
    private final View view;
    private final List<Change> changes = new ArrayList<>();
    private boolean abandoned;

    private MigrationPolicy(View view) {
        this.view = view;
    }

    /**
     * All that a decision depends on.
     *
     * @param wanted what the specification asks for
     * @param effective what is in force or worked towards; null before the first ring, when whatever is asked for is
     * @param cases all migrations of the cluster, in any order
     * @param gate what stands in the way
     * @param serving nodes that own slots
     * @param reached whether the effective shape has been reached and nothing is left to be moved
     * @param moving why slots are being moved at this moment; empty when none are
     * @param stuck whether one has begun and nothing has moved for long: machines are missing, or an image is
     * @param kept ended migrations to keep, at least 1
     */
    public record View(
            Shape wanted,
            @Nullable Shape effective,
            List<MigrationState> cases,
            Gate gate,
            int serving,
            boolean reached,
            String moving,
            boolean stuck,
            int kept) {
        public View {
            cases = cases.stream()
                    .sorted(Comparator.comparingLong(MigrationState::number))
                    .toList();
        }
    }

    /** Decides. */
    public static Decision decide(View view) {
        return new MigrationPolicy(view).decide();
    }

    private Decision decide() {
        List<MigrationState> open =
                view.cases.stream().filter(c -> !c.phase().ended()).toList();
        if (view.effective == null) {
            open.forEach(
                    c -> end(c, Phase.Cancelled, "the cluster has no ring any more: what is asked for holds at once"));
            return decision(view.wanted, "", "", null);
        }
        open.stream()
                .limit(Math.max(0, open.size() - 1))
                .forEach(c -> end(c, Phase.Cancelled, "another one has taken its place"));
        if (open.isEmpty()) {
            return none(view.effective);
        }
        MigrationState last = open.getLast();
        return last.started() ? running(last, view.effective) : waiting(last, view.effective);
    }

    // ---- none is open

    private Decision none(Shape effective) {
        MigrationState latest = view.cases.isEmpty() ? null : view.cases.getLast();
        MigrationState before = lastBegun();
        if (!view.wanted.equals(effective)) {
            if (latest != null && latest.cancelled() && latest.shape().equals(view.wanted)) {
                String sentence =
                        latest.name() + " was cancelled: it is not proposed again until something else is asked for,"
                                + " or it is deleted";
                return decision(effective, heldBy(before, sentence), sentence, null);
            }
            Proposal proposal = proposal(view.wanted, effective.reasonTo(view.wanted));
            return decision(effective, heldBy(before, "the next one has just been proposed"), "", proposal);
        }
        if (before != null && before.phase() == Phase.Cancelled && !view.reached) {
            // What another one was to finish and will not, since that is not asked for any more: it is proposed by
            // itself.
            return decision(
                    effective,
                    heldBy(before, "what is left of " + before.name() + " has just been proposed anew"),
                    "",
                    before.cancelled() ? null : proposal(effective, before.reason()));
        }
        // Slots that move although nothing was asked for: a node was lost or asked to go, and another one takes its
        // share.
        Proposal replacement = view.moving.isEmpty() ? null : proposal(effective, MigrationState.NODE_REPLACEMENT);
        return decision(effective, "", "", replacement);
    }

    /** The newest one that has ended after it had begun; null when there is none. */
    private @Nullable MigrationState lastBegun() {
        return view.cases.stream()
                .filter(c -> c.phase().ended() && c.started())
                .reduce((a, b) -> b)
                .orElse(null);
    }

    /**
     * Why what is left of a migration that ended half-way does not go on. Cancelled by a person, the ring stays as it is until another one
     * begins; ended because another one was to go on with it, until that one may.
     */
    private String heldBy(@Nullable MigrationState before, String otherwise) {
        if (before == null || before.phase() != Phase.Cancelled || view.reached) {
            return "";
        }
        return before.cancelled() ? givenUp(before) : before.name() + " ended half-way; " + otherwise;
    }

    private String givenUp(MigrationState cancelled) {
        abandoned = true;
        return cancelled.name() + " was cancelled after it had begun: the ring stays as it is";
    }

    private Proposal proposal(Shape shape, String reason) {
        long last = view.cases.isEmpty() ? 0 : view.cases.getLast().number();
        return new Proposal(last + 1, shape, reason);
    }

    // ---- one waits

    private Decision waiting(MigrationState last, Shape effective) {
        if (last.cancelled()) {
            end(last, Phase.Cancelled, "cancelled before it had begun");
            return decision(effective, heldBy(lastBegun(), "the next one was cancelled"), "", null);
        }
        if (!last.urgent() && !last.shape().equals(view.wanted)) {
            String instead =
                    view.wanted.equals(effective) ? "it is not asked for any more" : "something else is asked for now";
            end(last, Phase.Cancelled, instead);
            return decision(effective, heldBy(lastBegun(), "the next one has been withdrawn"), "", null);
        }
        Obstacle obstacle = obstacle(last);
        if (obstacle != null) {
            change(last, obstacle.phase, obstacle.sentence);
            String waits = last.name() + " (" + last.reason() + "): " + obstacle.sentence;
            return decision(effective, heldBy(lastBegun(), waits), waits, null);
        }
        change(last, Phase.Running, "slots are being moved");
        return decision(last.shape(), "", "", null);
    }

    private record Obstacle(Phase phase, String sentence) {}

    private @Nullable Obstacle obstacle(MigrationState c) {
        Gate gate = view.gate;
        if (gate.manual() && !c.urgent() && !c.approved() && !c.started()) {
            return new Obstacle(
                    Phase.WaitingForApproval,
                    "waits for approval: kubectl patch chm/" + c.name()
                            + " --type=merge -p '{\"spec\":{\"approved\":true}}'");
        }
        if (c.paused()) {
            return new Obstacle(Phase.Paused, "paused by spec.paused of " + c.name());
        }
        if (gate.paused()) {
            return new Obstacle(Phase.Paused, "paused by migration.paused of the cluster");
        }
        if (c.urgent()) {
            return null;
        }
        if (c.reason().equals("ScaleIn") && !c.started() && !gate.survivors().isEmpty()) {
            return new Obstacle(Phase.Proposed, gate.survivors());
        }
        if (!gate.admits(c)) {
            return new Obstacle(Phase.WaitingForWindow, "waits for a window: " + gate.window());
        }
        return null;
    }

    // ---- one runs

    private Decision running(MigrationState last, Shape effective) {
        if (last.cancelled()) {
            end(last, Phase.Cancelled, "cancelled half-way: the ring stays as it is, over " + view.serving + " nodes");
            Shape rest = new Shape(
                    Math.max(1, view.serving),
                    last.shape().virtualNodes(),
                    last.shape().maxLoadPercent(),
                    last.shape().revision(),
                    last.shape().rebalance());
            return decision(rest, givenUp(last), "", null);
        }
        if (view.reached && effective.equals(last.shape())) {
            end(last, Phase.Completed, "completed");
            return decision(last.shape(), "", "", null);
        }
        if (!last.urgent() && !view.wanted.revision().equals(last.shape().revision())) {
            end(last, Phase.Cancelled, "another specification of pods is asked for");
            String held = last.name() + " ended half-way; the next one has just been proposed";
            return decision(effective, held, "", proposal(view.wanted, effective.reasonTo(view.wanted)));
        }
        if (view.stuck && !view.wanted.equals(last.shape())) {
            end(last, Phase.Cancelled, "nothing of it is moving, and something else is asked for");
            String held = last.name() + " ended half-way; the next one has just been proposed";
            return decision(effective, held, "", proposal(view.wanted, effective.reasonTo(view.wanted)));
        }
        boolean more = !last.urgent()
                && last.reason().equals("ScaleOut")
                && view.wanted.replicas() > last.shape().replicas()
                && view.wanted.withReplicas(1).equals(last.shape().withReplicas(1));
        if (last.urgent() && !view.wanted.equals(last.shape())
                || more && !view.gate.manual() && obstacle(last) == null) {
            end(last, Phase.Cancelled, "more is asked for: what is left of it goes on under the next one");
            return decision(
                    effective,
                    last.urgent() ? "" : last.name() + " goes on under the next one",
                    "",
                    proposal(view.wanted, effective.reasonTo(view.wanted)));
        }
        String next = view.wanted.equals(last.shape()) ? "" : "; what is asked for now follows when it has ended";
        Obstacle obstacle = obstacle(last);
        if (obstacle != null) {
            change(last, obstacle.phase, obstacle.sentence + next);
            return decision(last.shape(), last.name() + " (" + last.reason() + "): " + obstacle.sentence, "", null);
        }
        change(last, Phase.Running, "slots are being moved" + next);
        return decision(last.shape(), "", next.isEmpty() ? "" : last.name() + " runs" + next, null);
    }

    // ---- what comes out

    private void end(MigrationState c, Phase phase, String message) {
        changes.add(new Change(c.name(), phase, message));
    }

    private void change(MigrationState c, Phase phase, String message) {
        changes.add(new Change(c.name(), phase, message));
    }

    private Decision decision(Shape effective, String heldBecause, String waiting, @Nullable Proposal create) {
        MigrationState held = lastBegun(); // what it has left may still have to be held
        List<String> ended = view.cases.stream()
                .filter(c -> c.phase().ended() && !c.equals(held))
                .map(MigrationState::name)
                .toList();
        return new Decision(
                Objects.requireNonNull(effective),
                heldBecause,
                abandoned,
                waiting,
                create,
                changes,
                ended.subList(0, Math.max(0, ended.size() + (held == null ? 0 : 1) - view.kept)));
    }
}
