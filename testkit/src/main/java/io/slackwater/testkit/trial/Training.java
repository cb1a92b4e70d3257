package io.slackwater.testkit.trial;

import io.slackwater.testkit.RedisRuntime;
import io.slackwater.testkit.StandInKubelet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets an operator do what it does in production, on this machine's redis-server: make a tier, scale it, end in good order. Its JVM, told so
 * by {@code -XX:AOTCacheOutput}, keeps what it learnt.
 *
 * <p>Arguments: the folder of the definitions, then the operator's command line.
 */
public final class Training {
    private static final Duration AT_MOST = Duration.ofSeconds(90);

    private Training() {}

    /** Ends with an exception when the operator did not do it. */
    public static void main(String[] args) throws Exception {
        List<String> command = Arrays.asList(args).subList(1, args.length);
        String namespace = "training";
        try (Stage stage = new Stage(Path.of(args[0]));
                StandInKubelet kubelet = StandInKubelet.start(stage.kubernetes.client(), new RedisRuntime())) {
            stage.cluster(namespace);
            Process operator = stage.start(command, namespace);
            stage.await(operator, namespace, AT_MOST, () -> stage.serving(namespace) == Stage.NODES);
            stage.scale(namespace, Stage.NODES + 1);
            stage.await(operator, namespace, AT_MOST, () -> stage.serving(namespace) == Stage.NODES + 1);
            operator.destroy();
            if (!operator.waitFor(5, TimeUnit.MINUTES)) {
                operator.destroyForcibly();
                throw new IllegalStateException("the operator did not end, and so kept nothing");
            }
            System.out.print(Files.readString(stage.log(namespace)));
        }
        System.exit(0);
    }
}
