package io.slackwater.e2e.stage;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Powers over the machines of the cluster, where there are any: a command, named by $CLUSTER, that takes {@code node kill|cut|heal|add I} and
 * {@code exec --node I COMMAND}. Machine I is {@code nodeI}; the first one is the control plane.
 */
public final class Rig {
    private static final long PATIENCE_SECONDS = 120;

    private final String command;

    private Rig(String command) {
        this.command = command;
    }

    /** The rig; without one the test is skipped, with the reason. */
    public static Rig required(String why) {
        String command = System.getenv("CLUSTER");
        Assumptions.assumeTrue(
                command != null && !command.isBlank(),
                "skipped: " + why + ", which needs power over the machines ($CLUSTER names a command that has it)");
        return new Rig(String.valueOf(command));
    }

    /** Runs the command with these arguments. @throws IllegalStateException if it fails */
    public void run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        Program.run(PATIENCE_SECONDS, all);
    }

    /** The number of a machine, of its name. */
    public static String number(String machine) {
        return machine.replaceAll("\\D", "");
    }
}
