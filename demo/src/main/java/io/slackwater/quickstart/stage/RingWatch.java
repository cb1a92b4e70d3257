package io.slackwater.quickstart.stage;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingFormatException;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees every ring as soon as it is persisted. Thread-safe. */
final class RingWatch implements AutoCloseable, ResourceEventHandler<ConfigMap> {
    private static final Logger LOG = LoggerFactory.getLogger(RingWatch.class);

    private final SharedIndexInformer<ConfigMap> informer;
    private final Consumer<Ring> listener;
    private volatile @Nullable Ring ring;
    private volatile long movingSince;
    private volatile long movedAt;

    /** @param listener called with each ring, one after the other; must not block */
    @SuppressWarnings("this-escape")
    RingWatch(KubernetesClient client, String namespace, String configMap, Consumer<Ring> listener) {
        this.listener = listener;
        informer =
                client.configMaps().inNamespace(namespace).withName(configMap).inform(this);
    }

    @Nullable
    Ring ring() {
        return ring;
    }

    /** Forgets when slots moved. */
    void resetTimes() {
        movingSince = 0;
        movedAt = 0;
    }

    /** From the first handover seen since the reset to the last, in milliseconds; 0 if there was none. */
    long movingMillis() {
        return movingSince == 0 ? 0 : (movedAt - movingSince) / 1_000_000;
    }

    @Override
    public void onAdd(ConfigMap map) {
        take(map);
    }

    @Override
    public void onUpdate(ConfigMap before, ConfigMap after) {
        take(after);
    }

    @Override
    public void onDelete(ConfigMap map, boolean unknown) {}

    private void take(ConfigMap map) {
        String encoded =
                map.getBinaryData() == null ? null : map.getBinaryData().get("ring");
        if (encoded == null) {
            return;
        }
        try {
            Ring next = RingCodec.decode(Base64.getDecoder().decode(encoded));
            Ring before = ring;
            if (before != null && before.epoch() > next.epoch()) {
                LOG.error("the ring went back from epoch {} to {}", before.epoch(), next.epoch());
            }
            ring = next;
            boolean moves = !next.handovers().isEmpty();
            if (moves && movingSince == 0) {
                movingSince = System.nanoTime();
            }
            if (moves || (before != null && !before.handovers().isEmpty())) {
                movedAt = System.nanoTime();
            }
            listener.accept(next);
        } catch (RingFormatException | IllegalArgumentException e) {
            LOG.error("the persisted ring cannot be read: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        informer.close();
    }
}
