package io.slackwater.quickstart.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one publisher says about one or many channels at the end. Not thread-safe.
 *
 * <p>Numbers count without gaps from 1 to the last; some of them may not have been published after all.
 */
public final class Published {
    private final Map<Integer, Long> last = new HashMap<>();
    private final Map<Integer, Set<Long>> unsure = new HashMap<>();
    private final Map<Integer, Set<Long>> unsent = new HashMap<>();

    /** The numbers 1 to {@code n} were handed to the library or the gateway. */
    public void last(int channel, long n) {
        last.put(channel, n);
    }

    /** Nobody said what became of this one: it may have been delivered, or not. */
    public void unsure(int channel, long n) {
        unsure.computeIfAbsent(channel, c -> new HashSet<>()).add(n);
    }

    /** This one was certainly not published. */
    public void unsent(int channel, long n) {
        unsent.computeIfAbsent(channel, c -> new HashSet<>()).add(n);
    }

    /** The numbers of the messages of the channel that were not confirmed: unsure or unsent. */
    public Set<Long> unconfirmed(int channel) {
        return exempt(channel);
    }

    long last(int channel) {
        return last.getOrDefault(channel, 0L);
    }

    Set<Long> exempt(int channel) {
        Set<Long> exempt = new HashSet<>(unsure.getOrDefault(channel, Set.of()));
        exempt.addAll(unsent.getOrDefault(channel, Set.of()));
        return exempt;
    }

    /** Messages that were published and confirmed. */
    public long confirmed() {
        return last.values().stream().mapToLong(Long::longValue).sum() - unsure() - unsent();
    }

    /** Messages whose outcome is not known. */
    public long unsure() {
        return unsure.values().stream().mapToLong(Set::size).sum();
    }

    /** Messages that were refused before they were sent. */
    public long unsent() {
        return unsent.values().stream().mapToLong(Set::size).sum();
    }
}
