package io.slackwater.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandInKubeletTest {
    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private final KubernetesClient client = kubernetes.client();
    private final StandInKubelet kubelet = StandInKubelet.start(
            client,
            new RedisRuntime()
                    .or(JavaRuntime.sameClassPath("-Xmx32m")
                            .image("speaker", Speaker.class.getName(), "--address={podIP}"))
                    .or(ContainerRuntime.local()));

    @BeforeEach
    void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
        org.awaitility.Awaitility.setDefaultPollInterval(Duration.ofMillis(50));
    }

    @AfterEach
    void close() {
        kubelet.close();
        kubernetes.close();
    }

    @Test
    void runsEachPodAtAnAddressOfItsOwnAndReportsIt() throws IOException {
        Pod one = ready(redis("one"));
        Pod two = ready(redis("two"));
        assertThat(one.getStatus().getPodIP())
                .startsWith("127.")
                .isNotEqualTo(two.getStatus().getPodIP());
        assertThat(ask(one, "SET k 1")).isEqualTo("+OK");
        assertThat(ask(two, "GET k")).isEqualTo("$-1");
        assertThat(one.getSpec().getNodeName()).isEqualTo("stand-in");
        assertThat(one.getStatus().getPhase()).isEqualTo("Running");
        assertThat(one.getStatus().getConditions())
                .extracting("type", "status")
                .contains(
                        org.assertj.core.groups.Tuple.tuple("Ready", "True"),
                        org.assertj.core.groups.Tuple.tuple("PodScheduled", "True"));
        assertThat(container(one).getStarted()).isTrue();
        assertThat(container(one).getContainerID()).isNotEmpty();
    }

    @Test
    void mountsConfigurationAndFillsInTheEnvironment() throws IOException {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("conf")
                        .endMetadata()
                        .addToData("redis.conf", "maxclients 123\naclfile /etc/redis/users.acl\n")
                        .addToData("users.acl", "user default on nopass ~* &* +@all\n")
                        .build())
                .create();
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("secret")
                        .endMetadata()
                        .addToStringData("n", "5")
                        .build())
                .create();
        Pod pod = ready(new PodBuilder(redis("one"))
                .editSpec()
                .editFirstContainer()
                .withArgs(
                        "redis-server",
                        "/etc/redis/redis.conf",
                        "--databases",
                        "$(COUNT)",
                        "--proc-title-template",
                        "$(NAME)")
                .addNewEnv()
                .withName("COUNT")
                .withNewValueFrom()
                .withNewSecretKeyRef("n", "secret", false)
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("NAME")
                .withNewValueFrom()
                .withNewFieldRef(null, "metadata.name")
                .endValueFrom()
                .endEnv()
                .addNewVolumeMount()
                .withName("conf")
                .withMountPath("/etc/redis")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("tmp")
                .withMountPath("/tmp")
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .addNewVolume()
                .withName("conf")
                .withNewConfigMap()
                .withName("conf")
                .endConfigMap()
                .endVolume()
                .endSpec()
                .build());
        assertThat(config(pod, "maxclients")).isEqualTo("123");
        assertThat(config(pod, "databases")).isEqualTo("5");
        assertThat(config(pod, "proc-title-template")).isEqualTo("one");
        assertThat(config(pod, "save")).isEmpty();
        assertThat(config(pod, "appendonly")).isEqualTo("no");
    }

    @Test
    void waitsForAConfigMapThatIsNotThereYet() {
        Pod pod = new PodBuilder(redis("one"))
                .editSpec()
                .editFirstContainer()
                .addNewEnvFrom()
                .withNewConfigMapRef("late", false)
                .endEnvFrom()
                .endContainer()
                .endSpec()
                .build();
        client.resource(pod).create();
        await().until(() -> current("one").getSpec().getNodeName() != null);
        assertThat(current("one").getStatus().getPhase()).isEqualTo("Pending");
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("late")
                        .endMetadata()
                        .build())
                .create();
        await().until(() -> Readiness.getInstance().isReady(current("one")));
    }

    @Test
    void aKilledContainerComesBackEmptyInPlace() throws IOException {
        Pod before = ready(redis("one"));
        ask(before, "SET k 1");
        kubelet.kill("one");
        await().untilAsserted(() -> {
            Pod after = current("one");
            assertThat(container(after).getRestartCount()).isEqualTo(1);
            assertThat(container(after).getReady()).isTrue();
            assertThat(after.getStatus().getPodIP())
                    .isEqualTo(before.getStatus().getPodIP());
            assertThat(container(after).getContainerID())
                    .isNotEqualTo(container(before).getContainerID());
            assertThat(container(after).getLastState().getTerminated().getExitCode())
                    .isEqualTo(137);
            assertThat(container(after).getLastState().getTerminated().getReason())
                    .isEqualTo("Error");
            assertThat(ask(after, "GET k")).isEqualTo("$-1");
        });
        kubelet.killOutOfMemory("one");
        await().untilAsserted(() -> assertThat(
                        container(current("one")).getLastState().getTerminated().getReason())
                .isEqualTo("OOMKilled"));
    }

    @Test
    void aPausedPodKeepsItsConnectionsAndSaysNothing() throws IOException {
        Pod pod = ready(redis("one"));
        kubelet.pause("one");
        assertThatThrownBy(() -> ask(pod, "PING")).isInstanceOf(java.net.SocketTimeoutException.class);
        kubelet.resume("one");
        assertThat(ask(pod, "PING")).isEqualTo("+PONG");
        assertThat(container(current("one")).getRestartCount()).isZero();
    }

    @Test
    void theHookIsWaitedForAndThenTheProcessEnds() throws IOException {
        Pod pod = ready(withPreStop(redis("one"), 60, "redis-cli", "-h", "127.0.0.1", "BLPOP", "go", "110"));
        client.pods().withName("one").delete();
        await().until(() -> ask(pod, "CLIENT LIST TYPE normal").startsWith("$") && blockedClients(pod) == 1);
        assertThat(current("one").getMetadata().getDeletionTimestamp()).isNotNull();
        assertThat(ask(pod, "PING")).isEqualTo("+PONG");
        ask(pod, "RPUSH go now");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> client.pods().withName("one").get() == null);
        assertThatThrownBy(() -> ask(pod, "PING")).isInstanceOf(IOException.class);
    }

    @Test
    void theGraceEndsEvenAHookThatHangs() throws IOException {
        Pod pod = ready(withPreStop(redis("one"), 1, "sh", "-c", "exec redis-cli BLPOP never 110"));
        Instant asked = Instant.now();
        client.pods().withName("one").delete();
        await().until(() -> client.pods().withName("one").get() == null);
        assertThat(Duration.between(asked, Instant.now())).isBetween(Duration.ofMillis(800), Duration.ofSeconds(10));
        assertThatThrownBy(() -> ask(pod, "PING")).isInstanceOf(IOException.class);
    }

    @Test
    void aPodOnALostMachineStaysTerminatingUntilForced() throws IOException {
        Pod pod = ready(redis("one"));
        kubelet.losePod("one");
        assertThatThrownBy(() -> ask(pod, "PING")).isInstanceOf(IOException.class);
        client.pods().withName("one").withGracePeriod(1).delete();
        await().pollDelay(Duration.ofMillis(1500))
                .until(() -> current("one").getMetadata().getDeletionTimestamp() != null);
        assertThat(Readiness.getInstance().isReady(current("one"))).isTrue();
        client.pods().withName("one").withGracePeriod(0).delete();
        assertThat(client.pods().withName("one").get()).isNull();
    }

    @Test
    void readinessAndLivenessAreProbed() throws IOException {
        Pod pod = new PodBuilder(redis("one"))
                .editSpec()
                .editFirstContainer()
                .withNewReadinessProbe()
                .withPeriodSeconds(1)
                .withFailureThreshold(1)
                .withNewExec()
                .withCommand("sh", "-c", "test \"$(redis-cli GET ready)\" = yes")
                .endExec()
                .endReadinessProbe()
                .withNewLivenessProbe()
                .withPeriodSeconds(1)
                .withFailureThreshold(1)
                .withNewExec()
                .withCommand("sh", "-c", "test \"$(redis-cli GET dead)\" = ''")
                .endExec()
                .endLivenessProbe()
                .endContainer()
                .endSpec()
                .build();
        client.resource(pod).create();
        await().until(() -> "Running".equals(current("one").getStatus().getPhase()) && ping("one"));
        assertThat(Readiness.getInstance().isReady(current("one"))).isFalse();
        ask(current("one"), "SET ready yes");
        await().until(() -> Readiness.getInstance().isReady(current("one")));
        ask(current("one"), "DEL ready");
        await().until(() -> !Readiness.getInstance().isReady(current("one")));
        ask(current("one"), "SET dead yes");
        await().until(() -> container(current("one")).getRestartCount() == 1);
    }

    @Test
    void runsJavaProgramsAndKeepsWhatTheySay() {
        Pod pod = pod("j", "registry.test/x/speaker:1");
        client.resource(pod).create();
        await().untilAsserted(() -> assertThat(Files.readString(kubelet.log("j")))
                .contains("hello from --address=" + current("j").getStatus().getPodIP()));
    }

    @Test
    void aPodThatIsToRunOnceSucceedsOrFails() {
        client.resource(new PodBuilder(pod("ok", "busybox"))
                        .editSpec()
                        .withRestartPolicy("Never")
                        .editFirstContainer()
                        .withCommand("sh", "-c", "exit 0")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        client.resource(new PodBuilder(pod("bad", "busybox"))
                        .editSpec()
                        .withRestartPolicy("Never")
                        .editFirstContainer()
                        .withCommand("sh", "-c", "exit 3")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        await().until(() -> current("ok").getStatus().getPhase().equals("Succeeded"));
        await().until(() -> current("bad").getStatus().getPhase().equals("Failed"));
        assertThat(container(current("bad")).getState().getTerminated().getExitCode())
                .isEqualTo(3);
    }

    @Test
    void closingEndsAllProcesses() throws IOException {
        Pod pod = ready(redis("one"));
        kubelet.close();
        await().untilAsserted(() -> assertThatThrownBy(() -> ask(pod, "PING")).isInstanceOf(IOException.class));
    }

    /** Says hello. */
    static final class Speaker {
        public static void main(String[] args) throws InterruptedException {
            System.out.println("hello from " + String.join(" ", args));
            Thread.sleep(60_000);
        }
    }

    private Pod ready(Pod pod) {
        client.resource(pod).create();
        String name = pod.getMetadata().getName();
        await().until(() -> Readiness.getInstance().isReady(current(name)));
        return current(name);
    }

    private Pod current(String name) {
        return client.pods().withName(name).require();
    }

    private static ContainerStatus container(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst();
    }

    private boolean ping(String name) {
        try {
            return ask(current(name), "PING").equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    private static Pod redis(String name) {
        return new PodBuilder(pod(name, "docker.test/library/redis:8"))
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withName("redis")
                .withContainerPort(6379)
                .endPort()
                .withNewReadinessProbe()
                .withPeriodSeconds(1)
                .withNewTcpSocket()
                .withNewPort("redis")
                .endTcpSocket()
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build();
    }

    private static Pod withPreStop(Pod pod, long grace, String... command) {
        return new PodBuilder(pod)
                .editSpec()
                .withTerminationGracePeriodSeconds(grace)
                .editFirstContainer()
                .withNewLifecycle()
                .withNewPreStop()
                .withNewExec()
                .withCommand(command)
                .endExec()
                .endPreStop()
                .endLifecycle()
                .endContainer()
                .endSpec()
                .build();
    }

    private static Pod pod(String name, String image) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(Map.of("app", "test"))
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage(image)
                .endContainer()
                .endSpec()
                .build();
    }

    private static String config(Pod pod, String name) throws IOException {
        try (Socket socket = connect(pod)) {
            socket.getOutputStream().write(("CONFIG GET " + name + "\r\n").getBytes(UTF_8));
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            for (int i = 0; i < 4; i++) {
                in.readLine();
            }
            return in.readLine();
        }
    }

    private static int blockedClients(Pod pod) throws IOException {
        try (Socket socket = connect(pod)) {
            socket.getOutputStream().write("INFO clients\r\n".getBytes(UTF_8));
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            while (true) {
                String line = in.readLine();
                if (line.startsWith("blocked_clients:")) {
                    return Integer.parseInt(line.substring("blocked_clients:".length()));
                }
            }
        }
    }

    private static String ask(Pod pod, String command) throws IOException {
        try (Socket socket = connect(pod)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
            if (line == null) {
                throw new IOException("closed");
            }
            return line;
        }
    }

    private static Socket connect(Pod pod) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(pod.getStatus().getPodIP(), 6379), 1000);
        socket.setSoTimeout(1000);
        return socket;
    }
}
