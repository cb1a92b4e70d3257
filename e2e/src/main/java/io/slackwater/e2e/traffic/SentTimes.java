package io.slackwater.e2e.traffic;

import io.slackwater.quickstart.check.Checker.Message;
import io.slackwater.quickstart.check.Stamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each message was sent. Grows with every message: for runs of some minutes. Thread-safe. */
final class SentTimes {
    private final Map<Message, Long> micros = new ConcurrentHashMap<>();

    void sent(Stamp stamp) {
        micros.put(new Message(stamp.publisher(), stamp.channel(), stamp.n()), stamp.micros());
    }

    /** When it was sent, for people; "at an unknown time" if it never was. */
    String of(Message message) {
        Long at = micros.get(message);
        return at == null
                ? "at an unknown time"
                : "at " + Instant.EPOCH.plus(at, ChronoUnit.MICROS).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Milliseconds from the first of these to the last; 0 if there is none. */
    long windowMillis(Collection<Message> messages) {
        LongSummaryStatistics when = messages.stream()
                .map(micros::get)
                .filter(sent -> sent != null)
                .mapToLong(Long::longValue)
                .summaryStatistics();
        return when.getCount() == 0 ? 0 : (when.getMax() - when.getMin()) / 1000;
    }
}
