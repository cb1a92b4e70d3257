package io.slackwater.quickstart.report;

import io.slackwater.quickstart.check.Checker.Counts;
import java.util.List;

/**
 * What came of a run.
 *
 * @param sent messages handed to the library or a gateway
 * @param published of these, confirmed by the library's future or the gateway's RECEIPT
 * @param unsure of these, without any answer: they may have been delivered or not, and count neither way
 * @param unsent of these, refused before they were sent
 * @param expected deliveries that the confirmed messages should have had
 * @param lost deliveries that were expected and never came
 * @param counts of the arrivals
 * @param cutOff clients whose session ended against their will
 * @param kill what is to be said about the killed operator; empty if none was
 * @param problems why the run failed; empty if it did not
 */
public record Report(
        String mode,
        int clients,
        int gateways,
        int channels,
        int publishersPerChannel,
        int subscribersPerChannel,
        long seed,
        double firstTrafficSeconds,
        long sent,
        long published,
        long unsure,
        long unsent,
        long expected,
        long lost,
        Counts counts,
        List<String> cutOff,
        List<PhaseReport> phases,
        String kill,
        List<String> problems) {

    /**
     * A part of the run.
     *
     * @param name such as {@code 3 -> 5}
     * @param move whether the tier was being resized
     * @param movingMillis from the first handover to the last; 0 if none
     * @param latency of what arrived meanwhile
     * @param longestGapMillis the longest latency beyond the median of the first part
     * @param books what the tier's own books say; empty if it was no move
     */
    public record PhaseReport(
            String name,
            boolean move,
            double seconds,
            long movingMillis,
            Latency latency,
            double longestGapMillis,
            String books) {}

    /** In milliseconds. */
    public record Latency(long count, double p50, double p99, double max) {}
}
