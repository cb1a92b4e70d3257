package io.slackwater.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole operator of the Java Operator SDK, with its defaults, against the embedded server. */
class OperatorOnEmbeddedKubernetesTest {
    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private final KubernetesClient client = kubernetes.client();

    @AfterEach
    void close() {
        kubernetes.close();
    }

    @Test
    void reconcilesRepairsScalesAndCleansUp() {
        kubernetes.define(new ByteArrayInputStream("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: boats.harbour.test}
                spec:
                  group: harbour.test
                  scope: Namespaced
                  names: {plural: boats, singular: boat, kind: Boat}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object}}
                    subresources: {status: {}, scale: {specReplicasPath: .spec.crew, statusReplicasPath: .status.crew}}
                """.getBytes(UTF_8)));
        BoatReconciler reconciler = new BoatReconciler();
        Operator operator = new Operator(overrider -> overrider
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withLeaderElectionConfiguration(
                        LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("boats")
                                .withLeaseNamespace("default")
                                .withIdentity("one")
                                .build()));
        operator.register(reconciler);
        operator.start();
        try {
            Boat boat = new Boat();
            boat.getMetadata().setName("argo");
            boat.getMetadata().setNamespace("default");
            boat.setSpec(new BoatSpec());
            boat.getSpec().crew = 3;
            client.resource(boat).create();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(argo().getStatus().crew).isEqualTo(3);
                assertThat(argo().getMetadata().getFinalizers()).hasSize(1);
                assertThat(client.configMaps().withName("argo").require().getData())
                        .containsEntry("crew", "3");
            });

            client.configMaps().withName("argo").delete();
            await().until(() -> client.configMaps().withName("argo").get() != null);

            client.resources(Boat.class).withName("argo").scale(5);
            await().untilAsserted(() -> {
                assertThat(argo().getStatus().crew).isEqualTo(5);
                assertThat(client.configMaps().withName("argo").require().getData())
                        .containsEntry("crew", "5");
            });

            client.resources(Boat.class).withName("argo").delete();
            await().until(() -> client.resources(Boat.class).withName("argo").get() == null);
            assertThat(reconciler.cleanups).hasValue(1);
            await().until(() -> client.configMaps().withName("argo").get() == null);
        } finally {
            operator.stop();
        }
    }

    private Boat argo() {
        Boat boat = client.resources(Boat.class).withName("argo").require();
        assertThat(boat.getStatus()).isNotNull();
        return boat;
    }

    /** What a boat is to be. */
    public static final class BoatSpec {
        public int crew;
    }

    /** What a boat is. */
    public static final class BoatStatus {
        public int crew;
    }

    /** A custom resource. */
    @Group("harbour.test")
    @Version("v1")
    public static final class Boat extends CustomResource<BoatSpec, BoatStatus> implements Namespaced {
        private static final long serialVersionUID = 1L;
    }

    /** Keeps a ConfigMap per boat. */
    public static final class BoatReconciler implements Reconciler<Boat>, Cleaner<Boat> {
        private final AtomicInteger cleanups = new AtomicInteger();

        @Override
        public List<EventSource<?, Boat>> prepareEventSources(EventSourceContext<Boat> context) {
            return List.of(new InformerEventSource<>(
                    InformerEventSourceConfiguration.from(ConfigMap.class, Boat.class)
                            .build(),
                    context));
        }

        @Override
        public UpdateControl<Boat> reconcile(Boat boat, Context<Boat> context) {
            ConfigMap map = new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName(boat.getMetadata().getName())
                    .withNamespace(boat.getMetadata().getNamespace())
                    .endMetadata()
                    .withData(Map.of("crew", Integer.toString(boat.getSpec().crew)))
                    .build();
            map.addOwnerReference(boat);
            context.getClient()
                    .resource(map)
                    .fieldManager("boats")
                    .forceConflicts()
                    .serverSideApply();
            boat.setStatus(new BoatStatus());
            boat.getStatus().crew = boat.getSpec().crew;
            boat.getMetadata().setManagedFields(null);
            return UpdateControl.patchStatus(boat);
        }

        @Override
        public DeleteControl cleanup(Boat boat, Context<Boat> context) {
            cleanups.incrementAndGet();
            return DeleteControl.defaultDelete();
        }
    }
}
