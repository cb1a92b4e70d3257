package io.slackwater.operator.gateways;

import io.slackwater.operator.nodes.Naming;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/** Names, labels and annotations of what belongs to a gateway tier. */
public final class GatewayNaming {
    /** Label: name of the PubSubGateway. */
    public static final String GATEWAY = "slackwater.io/gateway";

    /** Value of {@link Naming#ROLE} for gateways. */
    public static final String ROLE = "gateway";

    /** Label with the value {@code true} on pods that may speak to the nodes. */
    public static final String MEMBER = "slackwater.io/member";

    /** Name of the container of the gateway. */
    public static final String CONTAINER = "gateway";

    /** Annotation: when the pod was taken out of the endpoints. */
    public static final String CORDONED_AT = "slackwater.io/cordoned-at";

    /** Annotation: since when it cannot come back. */
    public static final String LEAVING_SINCE = "slackwater.io/leaving-since";

    /** Annotation: since when its clients are being told to go. */
    public static final String DRAINING_SINCE = "slackwater.io/draining-since";

    private GatewayNaming() {}

    /** A name for a new pod, {@code GATEWAY-g-} and five characters. */
    public static String newPod(String gateway, IntUnaryOperator random) {
        return Naming.newName(gateway + "-g-", random);
    }

    /** Name of the Service and of the PodDisruptionBudget. */
    public static String service(String gateway) {
        return gateway + "-gateways";
    }

    /** Labels of every pod of the tier. */
    public static Map<String, String> labels(String gateway) {
        return Map.of(GATEWAY, gateway, Naming.ROLE, ROLE);
    }

    /** Labels of the pods that take new connections. */
    public static Map<String, String> servingLabels(String gateway) {
        return Map.of(GATEWAY, gateway, Naming.ROLE, ROLE, Naming.SERVING, "true");
    }

    /** The same as a label selector in text. */
    public static String servingSelector(String gateway) {
        return new TreeMap<>(servingLabels(gateway))
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(","));
    }
}
