package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.ring.Handover;
import io.slackwater.ring.Phase;
import io.slackwater.ring.handover.Report;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps account of the planned move that is going on, and of the last one. For one thread. */
final class MigrationLog {
    private static final String RESUMED = "Resumed";

    private final Clock clock;
    private @Nullable Account current;
    private @Nullable Account last;

    MigrationLog(Clock clock) {
        this.clock = clock;
    }

    boolean isOpen() {
        return current != null;
    }

    /** A handover is asked for. Begins a move unless one is going on; one that was found open gets its reason. */
    void begin(String reason) {
        if (current == null) {
            current = new Account(reason, clock.instant());
        } else if (current.reason.equals(RESUMED)) {
            current.reason = reason;
        }
    }

    /** A handover was found open at a take-over. What it is good for is known when the goal has been read. */
    void resume() {
        begin(RESUMED);
    }

    /** How much is to be moved besides what is open. */
    void planned(int slots) {
        if (current != null) {
            current.left = slots;
        }
    }

    void entered(Handover handover) {
        Account account = current;
        if (account != null) {
            account.open.put(handover.id(), handover);
            if (handover.phase() == Phase.COMMIT) {
                account.committed.put(handover.id(), clock.instant());
            }
            account.fenceSeen(handover, clock.instant());
        }
    }

    /** A member has answered FENCE. */
    void fenceAcked(long handover) {
        if (current != null) {
            Handover open = current.open.get(handover);
            if (open != null) {
                current.fenceSeen(open, clock.instant());
            }
        }
    }

    /** @return the time from COMMIT to the last answer to FENCE, null when that is not known */
    @Nullable
    Duration done(Handover handover) {
        Account account = current;
        if (account == null) {
            return null;
        }
        account.open.remove(handover.id());
        account.ended.add(handover.id());
        account.handovers++;
        account.moved += handover.slots().size();
        Duration gap = account.gaps.remove(handover.id());
        account.committed.remove(handover.id());
        if (gap != null && gap.compareTo(account.longest) > 0) {
            account.longest = gap;
        }
        return gap;
    }

    void aborted(Handover handover) {
        if (current != null) {
            current.open.remove(handover.id());
            current.committed.remove(handover.id());
            current.gaps.remove(handover.id());
        }
    }

    void settled(Handover handover, Report.Verdict verdict) {
        for (Account account : new Account[] {current, last}) {
            if (account != null && (account.ended.contains(handover.id()) || account.open.containsKey(handover.id()))) {
                account.books = account.books == null ? verdict : account.books.plus(verdict);
                return;
            }
        }
    }

    void fencedOff() {
        if (current != null) {
            current.fencedOff++;
        }
    }

    /**
     * How much is left after what is open; ends the move when nothing is.
     *
     * @return the move that has ended by this, null when none has
     */
    @Nullable
    Migration left(int slots) {
        Account account = current;
        if (account == null) {
            return null;
        }
        account.left = slots;
        if (slots > 0 || !account.open.isEmpty()) {
            return null;
        }
        current = null;
        if (account.handovers == 0) {
            return null; // given up before anything had moved
        }
        account.endedAt = clock.instant();
        last = account;
        return view(account);
    }

    @Nullable
    Migration current() {
        return current == null ? null : view(current);
    }

    @Nullable
    Migration last() {
        return last == null ? null : view(last);
    }

    private Migration view(Account a) {
        int opening =
                a.open.values().stream().mapToInt(open -> open.slots().size()).sum();
        int total = a.moved + opening + a.left;
        Instant end = a.endedAt == null ? clock.instant() : a.endedAt;
        Duration taken = Duration.between(a.startedAt, end);
        Duration eta = a.endedAt != null || a.moved == 0
                ? null
                : taken.multipliedBy(total - a.moved).dividedBy(a.moved);
        String now = a.open.values().stream()
                .min((x, y) -> Long.compare(x.id(), y.id()))
                .map(open -> open.source() + " → " + open.target() + " " + open.phase())
                .orElse("");
        return new Migration(
                a.reason,
                total,
                a.moved,
                a.handovers,
                a.open.size(),
                a.startedAt,
                a.endedAt,
                eta,
                now,
                a.longest,
                a.books,
                a.fencedOff);
    }

    private static final class Account {
        String reason;
        final Instant startedAt;
        final Map<Long, Handover> open = new HashMap<>();
        final Map<Long, Instant> committed = new HashMap<>();
        final Map<Long, Duration> gaps = new HashMap<>();
        final Set<Long> ended = new HashSet<>();

        @Nullable
        Instant endedAt;

        Report.@Nullable Verdict books;
        Duration longest = Duration.ZERO;
        int handovers;
        int moved;
        int left;
        int fencedOff;

        Account(String reason, Instant startedAt) {
            this.reason = reason;
            this.startedAt = startedAt;
        }

        void fenceSeen(Handover handover, Instant at) {
            Instant from = committed.get(handover.id());
            if (handover.phase() == Phase.FENCE && from != null) {
                gaps.put(handover.id(), Duration.between(from, at));
            }
        }
    }
}
