package io.slackwater.testkit.trial;

import io.slackwater.testkit.RedisRuntime;
import io.slackwater.testkit.StandInKubelet;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures gateways that differ in how their JVM runs, as {@link Rounds} says: until {@code /readyz} is answered with 200, on a tier of three redis-servers with TLS
 * and passwords.
 *
 * <p>Arguments: the folder of the definitions, the number of rounds, a file with a variant a line, then the operator's command line. Prints a table in Markdown.
 */
public final class GatewayTrials {
    private static final Duration AT_MOST = Duration.ofSeconds(90);
    private static final String NAMESPACE = "trial";
    private static final String ADDRESS = "127.98.0.1";
    private static final URI READY = URI.create("http://" + ADDRESS + ":8081/readyz");

    private final List<String> options;
    private final Path log;

    private GatewayTrials(List<String> options, Path log) {
        this.options = options;
        this.log = log;
    }

    /** Prints the table. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("slackwater-trial-");
        try (Stage stage = new Stage(Path.of(args[0]));
                StandInKubelet kubelet = StandInKubelet.start(stage.kubernetes.client(), new RedisRuntime())) {
            stage.cluster(NAMESPACE);
            Process operator = stage.start(Arrays.asList(args).subList(3, args.length), NAMESPACE);
            stage.await(operator, NAMESPACE, AT_MOST, () -> stage.serving(NAMESPACE) == Stage.NODES);
            GatewayTrials trials = new GatewayTrials(options(stage, folder), folder.resolve("gateway.log"));
            System.out.print(Rounds.table("ready", Integer.parseInt(args[1]), Path.of(args[2]), trials::run));
            operator.destroy();
            operator.waitFor(30, TimeUnit.SECONDS);
        }
        System.exit(0);
    }

    /** How a member of the cluster reaches it. */
    private static List<String> options(Stage stage, Path folder) throws IOException {
        Map<String, String> member = stage.kubernetes
                .client()
                .secrets()
                .inNamespace(NAMESPACE)
                .withName("tide-member")
                .get()
                .getData();
        for (Map.Entry<String, String> file : member.entrySet()) {
            Files.write(folder.resolve(file.getKey()), Base64.getDecoder().decode(file.getValue()));
        }
        return List.of(
                "--bind=" + ADDRESS,
                "--cluster=tide",
                "--seeds=" + stage.seeds(NAMESPACE),
                "--tls-name=tide-nodes." + NAMESPACE + ".svc",
                "--tls-ca-file=" + folder.resolve("ca.crt"),
                "--password-file=" + folder.resolve("password"));
    }

    private Rounds.Figures run(List<String> command) throws Exception {
        List<String> words = new ArrayList<>(command);
        words.addAll(options);
        long began = System.nanoTime();
        Process gateway = Stage.program(words, log).start();
        try {
            while (!ready()) {
                if (!gateway.isAlive() || System.nanoTime() - began > AT_MOST.toNanos()) {
                    throw new IllegalStateException("the gateway is not ready: " + Files.readString(log));
                }
                Thread.sleep(5);
            }
            return Rounds.figures(gateway, began);
        } finally {
            gateway.destroy();
            gateway.waitFor(30, TimeUnit.SECONDS);
        }
    }

    private static boolean ready() {
        try {
            HttpURLConnection asked = (HttpURLConnection) READY.toURL().openConnection();
            try {
                return asked.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                asked.disconnect();
            }
        } catch (IOException e) {
            return false; // it does not listen yet
        }
    }
}
