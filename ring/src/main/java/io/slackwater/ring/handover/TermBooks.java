package io.slackwater.ring.handover;

import io.slackwater.ring.Handover;
import io.slackwater.ring.handover.Report.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The books of one source's term, as they come in. Who has counted anything is known from the set {@code members} on the node, read
 * once FENCE is written there: whoever connects later has published and received nothing of the term.
 */
final class TermBooks {
    private final Map<String, Book> reported = new TreeMap<>();
    private final Set<String> witnesses = new TreeSet<>();
    private final Set<String> fencedOff = new TreeSet<>();
    private boolean witnessesKnown;
    private String spoiled = "";

    void reported(String member, Book book) {
        reported.put(member, book);
    }

    void fencedOff(String member) {
        fencedOff.add(member);
    }

    /** Those who may have counted; only the first call after FENCE counts, later ones add nobody. */
    void witnesses(Set<String> members) {
        if (!witnessesKnown) {
            witnessesKnown = true;
            witnesses.addAll(members);
        }
    }

    boolean witnessesKnown() {
        return witnessesKnown;
    }

    /** The figure cannot be had, for this reason. */
    void spoil(String reason) {
        spoiled = reason;
    }

    /**
     * @param stillThere names in the set {@code members} now
     * @param left books of members that left
     * @param before whether a member was seen gone before the term began
     */
    Verdict verdict(Handover handover, Set<String> stillThere, Map<String, Book> left, Predicate<String> before) {
        Book sum = Book.EMPTY;
        List<String> reasons = new ArrayList<>();
        if (!spoiled.isEmpty()) {
            reasons.add(spoiled);
        }
        Set<String> all = new TreeSet<>(witnesses);
        all.addAll(reported.keySet());
        all.addAll(left.keySet());
        Set<String> silent = new HashSet<>();
        for (String member : all) {
            Book own = reported.get(member);
            Book leftBehind = left.get(member);
            if (own != null && leftBehind != null && !own.equals(leftBehind)) {
                reasons.add(member + " reported twice");
            } else if (own != null) {
                sum = sum.plus(own);
            } else if (leftBehind != null) {
                sum = sum.plus(leftBehind);
            } else if (stillThere.contains(member) && !before.test(member)) {
                silent.add(member);
            }
        }
        if (!silent.isEmpty()) {
            reasons.add(first(new TreeSet<>(silent)) + " did not report");
        }
        if (!fencedOff.isEmpty()) {
            reasons.add(first(fencedOff) + " was fenced off");
        }
        if (sum.unknown() > 0) {
            reasons.add(sum.unknown() + " publishes have an unknown outcome");
        }
        if (sum.interruptions() > 0) {
            reasons.add("subscribing connections to " + handover.source() + " ended meanwhile");
        }
        return reasons.isEmpty()
                ? new Verdict(true, sum.receivers() - sum.deliveries(), sum.deliveries(), "")
                : new Verdict(false, null, sum.deliveries(), String.join("; ", reasons));
    }

    private static String first(Set<String> members) {
        String name = members.iterator().next();
        return members.size() == 1 ? name : name + " and " + (members.size() - 1) + " more";
    }
}
