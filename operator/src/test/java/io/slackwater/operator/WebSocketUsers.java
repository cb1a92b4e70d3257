package io.slackwater.operator;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slackwater.operator.gateways.GatewayNaming;
import io.slackwater.operator.gateways.GatewayPod;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * People with real WebSocket connections to the gateways that the Service selects, the least busy first. Whoever is told to go comes again
 * after the time he was told.
 */
final class WebSocketUsers implements AutoCloseable {
    private static final Pattern DELAY = Pattern.compile("reconnect-after-ms=(\\d+)");
    private static final int GOING_AWAY = 1012;

    private final KubernetesClient client;
    private final String gateway;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<User> users = new ArrayList<>();
    private final Map<String, AtomicInteger> load = new TreeMap<>();
    private volatile boolean closed;

    WebSocketUsers(KubernetesClient client, String gateway, int count) {
        this.client = client;
        this.gateway = gateway;
        for (int i = 0; i < count; i++) {
            users.add(new User());
        }
        users.forEach(User::connect);
    }

    /** Those who have a connection now. */
    long connected() {
        return users.stream().filter(user -> user.pod != null).count();
    }

    /** How often the one who was told to go most often was. */
    int mostOftenTold() {
        return users.stream().mapToInt(user -> user.told.get()).max().orElse(0);
    }

    /** How often all together were. */
    int told() {
        return users.stream().mapToInt(user -> user.told.get()).sum();
    }

    /** Connections that ended in another way. */
    int cut() {
        return users.stream().mapToInt(user -> user.cut.get()).sum();
    }

    /** Connections of each pod that has or had one. */
    synchronized Map<String, Integer> perPod() {
        Map<String, Integer> counts = new TreeMap<>();
        load.forEach((pod, count) -> counts.put(pod, count.get()));
        return counts;
    }

    /** As a load balancer does: the gateways that the Service selects and that are ready, the one with the fewest connections. */
    private synchronized @Nullable Pod choose() {
        return client
                .pods()
                .inNamespace("default")
                .withLabels(GatewayNaming.servingLabels(gateway))
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> pod.getStatus() != null
                        && pod.getStatus().getConditions().stream()
                                .anyMatch(it -> it.getType().equals("Ready")
                                        && it.getStatus().equals("True")))
                .min(Comparator.comparingInt(
                        pod -> count(pod.getMetadata().getName()).get()))
                .map(pod -> {
                    count(pod.getMetadata().getName()).incrementAndGet();
                    return pod;
                })
                .orElse(null);
    }

    private synchronized AtomicInteger count(String pod) {
        return load.computeIfAbsent(pod, name -> new AtomicInteger());
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        http.shutdownNow();
        http.close();
    }

    private final class User implements WebSocket.Listener {
        final AtomicInteger told = new AtomicInteger();
        final AtomicInteger cut = new AtomicInteger();
        volatile @Nullable String pod;
        private volatile @Nullable String trying;

        void connect() {
            if (closed) {
                return;
            }
            Pod chosen = choose();
            if (chosen == null) {
                again(200);
                return;
            }
            String name = chosen.getMetadata().getName();
            trying = name;
            URI uri = URI.create("ws://" + chosen.getStatus().getPodIP() + ":" + GatewayPod.PORT + "/stomp");
            http.newWebSocketBuilder()
                    .subprotocols("v12.stomp")
                    .connectTimeout(Duration.ofSeconds(5))
                    .buildAsync(uri, this)
                    .whenComplete((socket, failure) -> {
                        if (failure != null) {
                            count(name).decrementAndGet();
                            again(200);
                        }
                    });
        }

        private void again(long millis) {
            try {
                ScheduledFuture<?> unused = timer.schedule(this::connect, millis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException over) {
                // The people have gone home.
            }
        }

        @Override
        public void onOpen(WebSocket socket) {
            pod = trying;
            socket.sendText("CONNECT\naccept-version:1.2\nhost:test\nheart-beat:0,0\n\n\0", true);
            socket.request(Long.MAX_VALUE);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            (code == GOING_AWAY ? told : cut).incrementAndGet();
            Matcher delay = DELAY.matcher(reason);
            gone(delay.find() ? Long.parseLong(delay.group(1)) : 50);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            cut.incrementAndGet();
            gone(50);
        }

        private void gone(long millis) {
            String was = pod;
            pod = null;
            if (was != null) {
                count(was).decrementAndGet();
            }
            again(millis);
        }
    }
}
