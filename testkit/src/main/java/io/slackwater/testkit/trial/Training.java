package io.slackwater.testkit.trial;

import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.testkit.ContainerCommand;
import io.slackwater.testkit.ContainerContext;
import io.slackwater.testkit.RedisRuntime;
import io.slackwater.testkit.StandInKubelet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Lets an operator, and if one is given a gateway, do what they do in production, on this machine's redis-server: make a tier, let people talk, scale it,
 * let them go, end in good order. Their JVMs, told so by {@code -XX:AOTCacheOutput}, keep what they learnt.
 *
 * <p>Arguments: the folder of the definitions, the operator's command line, and after {@code --} the gateway's.
 */
public final class Training {
    private static final Duration AT_MOST = Duration.ofSeconds(90);
    private static final String NAMESPACE = "training";
    private static final int MANAGEMENT_PORT = 8081;
    private static final int PORT = 8080;
    private static final String SEEDS = "SLACKWATER_SEEDS";
    /** What people are to have heard before and after the tier is scaled. */
    private static final int MESSAGES = 1_000;

    private final Stage stage;
    private final Process operator;

    private Training(Stage stage, Process operator) {
        this.stage = stage;
        this.operator = operator;
    }

    /** Ends with an exception when they did not do it. */
    public static void main(String[] args) throws Exception {
        List<String> words = Arrays.asList(args).subList(1, args.length);
        int end = words.indexOf("--");
        List<String> command = end < 0 ? words : words.subList(0, end);
        List<String> gateway = end < 0 ? List.of() : words.subList(end + 1, words.size());
        try (Stage stage = new Stage(Path.of(args[0]));
                StandInKubelet kubelet = StandInKubelet.start(
                        stage.kubernetes.client(),
                        new RedisRuntime().or(container -> gateway(stage, gateway, container)))) {
            stage.cluster(NAMESPACE);
            Process operator = stage.start(command, NAMESPACE);
            Training training = new Training(stage, operator);
            try {
                training.nodes(Stage.NODES);
                if (gateway.isEmpty()) {
                    training.scale();
                } else {
                    training.talk();
                }
            } catch (IllegalStateException e) {
                printLogs(stage, kubelet);
                throw e;
            }
            operator.destroy();
            if (!operator.waitFor(5, TimeUnit.MINUTES)) {
                operator.destroyForcibly();
                throw new IllegalStateException("the operator did not end, and so kept nothing");
            }
            System.out.print(Files.readString(stage.log(NAMESPACE)));
        }
        System.exit(0);
    }

    /** Pods have no DNS here: addresses take the place of the name of the nodes' Service. */
    private static Optional<ContainerCommand> gateway(Stage stage, List<String> words, ContainerContext container) {
        if (!container.container().getImage().equals(Stage.GATEWAY_IMAGE) || words.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> env = new HashMap<>(container.env());
        env.put(SEEDS, stage.seeds(NAMESPACE));
        return Optional.of(new ContainerCommand(words, env));
    }

    private void nodes(int count) throws Exception {
        stage.await(operator, NAMESPACE, AT_MOST, () -> stage.serving(NAMESPACE) == count);
    }

    private void scale() throws Exception {
        stage.scale(NAMESPACE, Stage.NODES + 1);
        nodes(Stage.NODES + 1);
    }

    private void talk() throws Exception {
        stage.gateway(NAMESPACE);
        stage.await(
                operator,
                NAMESPACE,
                AT_MOST,
                () -> stage.readyGateway(NAMESPACE).isPresent());
        Pod pod = stage.readyGateway(NAMESPACE).orElseThrow();
        String host = pod.getStatus().getPodIP();
        try (Talk talk = new Talk(URI.create("ws://" + host + ":" + PORT + "/stomp"));
                HttpClient http = HttpClient.newHttpClient()) {
            heard(talk);
            scale();
            heard(talk);
            URI management = URI.create("http://" + host + ":" + MANAGEMENT_PORT);
            ask(http, HttpRequest.newBuilder(management.resolve("/metrics")).GET());
            ask(
                    http,
                    HttpRequest.newBuilder(management.resolve(
                                    "/drain?disconnectsPerSecond=100&patienceMillis=0&reconnectSpreadMillis=0"))
                            .POST(HttpRequest.BodyPublishers.noBody()));
            stage.await(operator, NAMESPACE, AT_MOST, talk::isOver);
        }
        stage.deleteGateway(NAMESPACE);
        // Before it is gone its JVM writes down what it learnt.
        stage.await(
                operator, NAMESPACE, AT_MOST, () -> stage.gateways(NAMESPACE).isEmpty());
    }

    private void heard(Talk talk) throws Exception {
        long enough = talk.received() + MESSAGES;
        stage.await(operator, NAMESPACE, AT_MOST, () -> talk.received() >= enough);
    }

    private static void ask(HttpClient http, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException("the gateway answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    private static void printLogs(Stage stage, StandInKubelet kubelet) throws IOException {
        for (Pod pod : stage.gateways(NAMESPACE)) {
            System.out.print(Files.readString(kubelet.log(pod.getMetadata().getName())));
        }
    }
}
