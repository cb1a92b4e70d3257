package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.operator.coordination.Snapshot.Notice;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kubernetes events about a cluster or a gateway tier. One that cannot be written is logged and forgotten: nothing depends on it. */
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final String CONTROLLER = "slackwater.io/operator";
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final int LONGEST_NOTE = 1000;

    private final KubernetesClient client;
    private final String instance;

    /** @param instance which operator this is */
    public Events(KubernetesClient client, String instance) {
        this.client = client;
        this.instance = instance.length() > 128 ? instance.substring(0, 128) : instance;
    }

    /** Writes a notice as an event. */
    public void publish(HasMetadata about, Notice notice) {
        try {
            client.resource(event(about, notice)).create();
        } catch (KubernetesClientException e) {
            LOG.warn(
                    "event {} of {} could not be written: {}",
                    notice.reason(),
                    about.getMetadata().getName(),
                    e.getMessage());
        }
    }

    private Event event(HasMetadata about, Notice notice) {
        String note = notice.message();
        return new EventBuilder()
                .withNewMetadata()
                .withGenerateName(about.getMetadata().getName() + "-")
                .withNamespace(about.getMetadata().getNamespace())
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(notice.at())))
                .withReportingController(CONTROLLER)
                .withReportingInstance(instance)
                .withAction(notice.reason())
                .withReason(notice.reason())
                .withType(notice.warning() ? "Warning" : "Normal")
                .withNote(note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) : note)
                .withNewRegarding()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(about.getMetadata().getName())
                .withNamespace(about.getMetadata().getNamespace())
                .withUid(about.getMetadata().getUid())
                .endRegarding()
                .build();
    }
}
