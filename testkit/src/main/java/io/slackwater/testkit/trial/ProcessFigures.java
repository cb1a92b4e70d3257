package io.slackwater.testkit.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What the kernel says about a process that lives. */
final class ProcessFigures {
    private ProcessFigures() {}

    /** Processor time that it has used, in milliseconds. */
    static double cpuMillis(Process process) {
        return process.info()
                .totalCpuDuration()
                .map(Duration::toMillis)
                .orElseThrow(() -> new IllegalStateException("the kernel does not say how much CPU was used"));
    }

    /** A number of {@code /proc/PID/status}, such as {@code VmRSS:}, in megabytes. */
    static double megabytes(Process process, String field) throws IOException {
        return number(process, field) / 1024.0;
    }

    /** A number of {@code /proc/PID/status}, such as {@code Threads:}. */
    static long number(Process process, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IllegalStateException("the kernel does not say " + field);
    }
}
