package io.slackwater.testkit.trial;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures operators that differ in how their JVM runs, as {@link Rounds} says: until all nodes of a cluster that waited for its operator have been made (its first
 * reconcile).
 *
 * <p>Arguments: the folder of the definitions, the number of rounds, and a file with a variant a line. Prints a table in Markdown.
 */
public final class Trials {
    private static final Duration AT_MOST = Duration.ofSeconds(60);

    private final Stage stage;
    private int count;

    private Trials(Stage stage) {
        this.stage = stage;
    }

    /** Prints the table. */
    public static void main(String[] args) throws Exception {
        try (Stage stage = new Stage(Path.of(args[0]))) {
            Trials trials = new Trials(stage);
            System.out.print(Rounds.table("first reconcile", Integer.parseInt(args[1]), Path.of(args[2]), trials::run));
        }
        System.exit(0);
    }

    private Rounds.Figures run(List<String> command) throws Exception {
        String namespace = "trial-" + count++;
        stage.cluster(namespace);
        // Listing pods would take the processors from what is measured: they are listed when as many have been written.
        long nodes = stage.kubernetes.writes("pods") + Stage.NODES;
        long began = System.nanoTime();
        Process operator = stage.start(command, namespace);
        stage.await(
                operator,
                namespace,
                AT_MOST,
                () -> stage.kubernetes.writes("pods") >= nodes
                        && stage.pods(namespace).size() == Stage.NODES);
        Rounds.Figures figures = Rounds.figures(operator, began);
        operator.destroy();
        operator.waitFor(30, TimeUnit.SECONDS);
        return figures;
    }
}
