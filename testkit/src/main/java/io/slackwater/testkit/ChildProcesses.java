package io.slackwater.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Starts processes that do not outlive this JVM.
 *
 * <p>An orderly end is served by a shutdown hook. For a JVM that is killed there is a watchdog: one tiny shell that is
 * told the pids through a pipe and kills them when the pipe closes, which the kernel does for us whatever happened. (The
 * parent-death signal of Linux would do the same, but it is tied to the parent thread and exists on one system only.)
 * Safe for use by several threads.
 */
final class ChildProcesses {
    private static final String WATCHDOG = """
            trap '' INT TERM HUP
            pids=' '
            while read -r op pid; do
              case $op in
                +) pids="$pids$pid " ;;
                -) case "$pids" in *" $pid "*) pids="${pids%% $pid *} ${pids#* $pid }" ;; esac ;;
              esac
            done
            for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
            """;

    private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();
    private static final OutputStream WATCH = startWatchdog();

    private ChildProcesses() {}

    /** A signal that can be sent to a process. */
    enum Signal {
        /** Freezes the process: its sockets stay open and nobody answers. */
        STOP,
        /** Ends a freeze. */
        CONT,
        /** Asks for an orderly end. */
        TERM,
        /** Ends the process at once. */
        KILL
    }

    /** Starts the process and ties its life to this JVM's. */
    static Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        LIVING.add(process);
        tell('+', process);
        var unused = process.onExit().thenRun(() -> {
            LIVING.remove(process);
            tell('-', process);
        });
        return process;
    }

    /** Sends a signal; to a process that has ended it does nothing. */
    static void signal(Process process, Signal signal) {
        if (!process.isAlive()) {
            return;
        }
        if (signal == Signal.KILL) {
            process.destroyForcibly();
            return;
        }
        try {
            // The kill of the shell itself: a bare machine need not have /bin/kill.
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("could not send " + signal + " to process " + process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + signal + " to process " + process.pid(), e);
        }
    }

    /** Kills the process and waits until it is gone. */
    static void killAndWait(Process process) {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static void tell(char op, Process process) {
        try {
            synchronized (WATCH) {
                WATCH.write((op + " " + process.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
                WATCH.flush();
            }
        } catch (IOException e) {
            if (op == '+') {
                process.destroyForcibly();
                throw new UncheckedIOException("the watchdog that ends child processes is gone", e);
            }
        }
    }

    private static OutputStream startWatchdog() {
        Runtime.getRuntime().addShutdownHook(new Thread(ChildProcesses::killAll, "end-child-processes"));
        try {
            return new ProcessBuilder("sh", "-c", WATCHDOG)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException("could not start 'sh', which watches over child processes", e);
        }
    }

    private static void killAll() {
        LIVING.forEach(Process::destroyForcibly);
        for (Process process : LIVING) {
            try {
                process.waitFor(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
