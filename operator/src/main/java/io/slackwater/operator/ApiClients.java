package io.slackwater.operator;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;

/**
 * How the operator talks to the Kubernetes API. What matters is how soon it notices that a connection leads nowhere any more: a
 * watch says nothing while nothing changes, so silence proves nothing, and only pings tell a quiet connection from a dead one.
 */
final class ApiClients {
    /** A connection that has not answered a ping until the next one is due is given up: noticed within twice this. */
    static final Duration PING = Duration.ofSeconds(10);

    private static final Duration REQUEST = Duration.ofSeconds(8);
    private static final Duration CONNECT = Duration.ofSeconds(3);

    private ApiClients() {}

    /** A client; closed by the caller. */
    static KubernetesClient open(Config how) {
        return open(how, serialization());
    }

    /** The same, with what {@link #serialization} has made. */
    static KubernetesClient open(Config how, KubernetesSerialization serialization) {
        return open(how, serialization, new OkHttpClientFactory());
    }

    /**
     * The same over another HTTP client.
     *
     * <p>A request that was cut off is not repeated by the client: whether it was done is found out by reading, and everything here
     * is done again on the next look.
     */
    static KubernetesClient open(Config how, HttpClient.Factory http) {
        return open(how, serialization(), http);
    }

    private static KubernetesClient open(Config how, KubernetesSerialization serialization, HttpClient.Factory http) {
        Config config = new ConfigBuilder(how)
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout((int) REQUEST.toMillis())
                .withConnectionTimeout((int) CONNECT.toMillis())
                .withWebsocketPingInterval(PING.toMillis())
                .withUserAgent("slackwater-operator")
                .build();
        return new KubernetesClientBuilder()
                .withHttpClientFactory(http)
                .withKubernetesSerialization(serialization)
                .withConfig(config)
                .build();
    }

    /** Reads what a newer definition has more: a field that this version does not know must not end a watch. For one client. */
    static KubernetesSerialization serialization() {
        return new KubernetesSerialization(
                new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false), true);
    }
}
