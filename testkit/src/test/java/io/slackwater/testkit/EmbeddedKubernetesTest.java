package io.slackwater.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKubernetesTest {
    private static final String CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: boats.harbour.test}
            spec:
              group: harbour.test
              scope: Namespaced
              names: {plural: boats, singular: boat, kind: Boat, shortNames: [bt]}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        default: {}
                        properties: {crew: {type: integer}, sails: {type: object, properties: {area: {default: 12}}}}
                      status: {type: object, x-kubernetes-preserve-unknown-fields: true}
                additionalPrinterColumns: [{name: Crew, type: integer, jsonPath: .spec.crew}]
                subresources:
                  status: {}
                  scale: {specReplicasPath: .spec.crew, statusReplicasPath: .status.crew, labelSelectorPath: .status.selector}
            """;

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private final KubernetesClient client = kubernetes.client();

    @AfterEach
    void close() {
        kubernetes.close();
    }

    @Test
    void fillsInWhatTheServerDecides() {
        ConfigMap created = client.resource(configMap("a")).create();
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        assertThat(created.getMetadata().getCreationTimestamp()).isNotEmpty();
        assertThat(created.getMetadata().getNamespace()).isEqualTo("default");
        assertThatThrownBy(() -> client.resource(configMap("a")).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getStatus().getReason()).isEqualTo("AlreadyExists");
                });
        assertThat(client.configMaps().withName("b").get()).isNull();
    }

    @Test
    void anUpdateBasedOnAnOldVersionIsAConflict() {
        ConfigMap first = client.resource(configMap("a")).create();
        client.resource(new ConfigMapBuilder(first).addToData("k", "1").build()).update();
        assertThatThrownBy(() -> client.resource(
                                new ConfigMapBuilder(first).addToData("k", "2").build())
                        .lockResourceVersion(first.getMetadata().getResourceVersion())
                        .update())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
        assertThat(client.configMaps().withName("a").get().getData()).containsEntry("k", "1");
    }

    @Test
    void binaryDataAndSecretsKeepTheirBytes() {
        client.resource(new ConfigMapBuilder(configMap("a"))
                        .addToBinaryData("ring", "AAEC/w==")
                        .build())
                .create();
        assertThat(client.configMaps().withName("a").get().getBinaryData()).containsEntry("ring", "AAEC/w==");
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("s")
                        .endMetadata()
                        .addToStringData("password", "x")
                        .build())
                .create();
        assertThat(client.secrets().withName("s").get().getData()).containsEntry("password", "eA==");
    }

    @Test
    void applyCreatesMergesAndRemovesWhatTheManagerNoLongerApplies() {
        ConfigMap applied = new ConfigMapBuilder(configMap("a"))
                .withData(Map.of("x", "1", "y", "2"))
                .build();
        apply(applied, "one");
        String version = client.configMaps().withName("a").get().getMetadata().getResourceVersion();
        apply(applied, "one");
        assertThat(client.configMaps().withName("a").get().getMetadata().getResourceVersion())
                .as("applying the same again changes nothing")
                .isEqualTo(version);

        apply(new ConfigMapBuilder(configMap("a")).withData(Map.of("z", "3")).build(), "two");
        apply(new ConfigMapBuilder(configMap("a")).withData(Map.of("x", "9")).build(), "one");
        assertThat(client.configMaps().withName("a").get().getData()).isEqualTo(Map.of("x", "9", "z", "3"));
    }

    @Test
    void applyingAFieldOfAnotherManagerIsAConflictUnlessForced() {
        apply(new ConfigMapBuilder(configMap("a")).withData(Map.of("x", "1")).build(), "one");
        ConfigMap other =
                new ConfigMapBuilder(configMap("a")).withData(Map.of("x", "2")).build();
        assertThatThrownBy(() -> client.resource(other).fieldManager("two").serverSideApply())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
        apply(other, "two");
        assertThat(client.configMaps().withName("a").get().getData()).containsEntry("x", "2");
    }

    @Test
    void statusAndSpecAreWrittenSeparatelyAndOnlySpecBumpsTheGeneration() {
        defineBoats();
        GenericKubernetesResource boat = boat("argo", 3);
        boat.setAdditionalProperty("status", Map.of("crew", 99));
        GenericKubernetesResource created = boats().resource(boat).create();
        assertThat(created.getMetadata().getGeneration()).isEqualTo(1);
        assertThat((Object) created.get("status")).isNull();

        created.setAdditionalProperty("status", Map.of("crew", 2));
        created.setAdditionalProperty("spec", Map.of("crew", 50));
        GenericKubernetesResource reported = boats().resource(created).updateStatus();
        assertThat((Integer) reported.get("status", "crew")).isEqualTo(2);
        assertThat((Integer) reported.get("spec", "crew")).isEqualTo(3);
        assertThat(reported.getMetadata().getGeneration()).isEqualTo(1);

        reported.setAdditionalProperty("spec", Map.of("crew", 4));
        reported.setAdditionalProperty("status", Map.of("crew", 77));
        GenericKubernetesResource updated = boats().resource(reported).update();
        assertThat((Integer) updated.get("spec", "crew")).isEqualTo(4);
        assertThat((Integer) updated.get("status", "crew")).isEqualTo(2);
        assertThat(updated.getMetadata().getGeneration()).isEqualTo(2);

        GenericKubernetesResource status = boat("argo", 0);
        status.getAdditionalProperties().remove("spec");
        status.setAdditionalProperty("status", Map.of("crew", 5));
        GenericKubernetesResource byApply = boats().resource(status)
                .subresource("status")
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("m")
                        .withForce(true)
                        .build());
        assertThat((Integer) byApply.get("status", "crew")).isEqualTo(5);
        assertThat((Integer) byApply.get("spec", "crew")).isEqualTo(4);
    }

    @Test
    void fillsInTheDefaultsOfTheSchema() {
        defineBoats();
        GenericKubernetesResource boat = boat("argo", 3);
        boat.setAdditionalProperty("spec", Map.of("sails", Map.of()));
        assertThat((Integer) boats().resource(boat).create().get("spec", "sails", "area"))
                .isEqualTo(12);
        boat = boat("bare", 3);
        boat.getAdditionalProperties().remove("spec");
        assertThat((Object) boats().resource(boat).create().get("spec")).isEqualTo(Map.of());
    }

    @Test
    void scalesACustomResource() {
        defineBoats();
        boats().resource(boat("argo", 3)).create();
        boats().withName("argo").scale(5);
        GenericKubernetesResource scaled = boats().withName("argo").get();
        assertThat((Integer) scaled.get("spec", "crew")).isEqualTo(5);
        assertThat(scaled.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(boats().withName("argo").scale().getSpec().getReplicas()).isEqualTo(5);
    }

    @Test
    void aFinalizerHoldsTheObjectUntilItIsRemoved() {
        client.resource(new ConfigMapBuilder(configMap("a"))
                        .editMetadata()
                        .addToFinalizers("harbour.test/f")
                        .endMetadata()
                        .build())
                .create();
        client.configMaps().withName("a").delete();
        assertThat(client.configMaps().withName("a").get().isMarkedForDeletion())
                .isTrue();
        client.configMaps().withName("a").edit(map -> {
            map.getMetadata().setFinalizers(List.of());
            return map;
        });
        assertThat(client.configMaps().withName("a").get()).isNull();
    }

    @Test
    void aBoundPodIsGivenItsGraceAndGoesWhenTheKubeletSaysSo() {
        client.resource(pod("p", "node")).create();
        client.pods().withName("p").delete();
        Pod terminating = client.pods().withName("p").get();
        assertThat(terminating.getMetadata().getDeletionTimestamp()).isNotNull();
        assertThat(terminating.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(7);
        client.pods().withName("p").withGracePeriod(0).delete();
        assertThat(client.pods().withName("p").get()).isNull();

        client.resource(pod("q", null)).create();
        client.pods().withName("q").delete();
        assertThat(client.pods().withName("q").get()).isNull();
    }

    @Test
    void dependentsGoWithTheirOwner() {
        ConfigMap owner = client.resource(configMap("owner")).create();
        client.resource(new ConfigMapBuilder(configMap("dependent"))
                        .editMetadata()
                        .addToOwnerReferences(new OwnerReferenceBuilder()
                                .withApiVersion("v1")
                                .withKind("ConfigMap")
                                .withName("owner")
                                .withUid(owner.getMetadata().getUid())
                                .build())
                        .endMetadata()
                        .build())
                .create();
        client.resource(configMap("bystander")).create();
        client.configMaps().withName("owner").delete();
        await().until(() -> client.configMaps().withName("dependent").get() == null);
        assertThat(client.configMaps().withName("bystander").get()).isNotNull();
    }

    @Test
    void anInformerSeesEverythingOnceEvenWhenItsConnectionIsCut() {
        List<String> seen = new CopyOnWriteArrayList<>();
        client.resource(labelled("before", "yes")).create();
        client.resource(labelled("other", "no")).create();
        try (var informer = client.configMaps().withLabel("wanted", "yes").inform(recorder(seen))) {
            client.resource(labelled("during", "yes")).create();
            await().untilAsserted(() -> assertThat(seen).containsExactly("+before", "+during"));
            kubernetes.cutConnections();
            client.configMaps()
                    .withName("before")
                    .edit(map -> new ConfigMapBuilder(map).addToData("k", "v").build());
            client.configMaps().withName("during").delete();
            client.configMaps().withName("other").delete();
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(seen).containsExactly("+before", "+during", "~before", "-during"));
            assertThat(informer.isRunning()).isTrue();
        }
    }

    @Test
    void oneOfTwoCandidatesLeadsAndTheOtherFollowsIt() {
        List<String> leaders = new CopyOnWriteArrayList<>();
        try (KubernetesClient second = kubernetes.newClient();
                var threads = Executors.newFixedThreadPool(2)) {
            LeaderElector one = candidate(client, "one", leaders, threads);
            LeaderElector two = candidate(second, "two", leaders, threads);
            CompletableFuture<?> first = one.start();
            await().untilAsserted(() -> assertThat(leaders).containsExactly("one"));
            CompletableFuture<?> other = two.start();
            await().pollDelay(Duration.ofMillis(700))
                    .untilAsserted(() -> assertThat(leaders).containsExactly("one"));
            first.cancel(true);
            await().untilAsserted(() -> assertThat(leaders).containsExactly("one", "two"));
            other.cancel(true);
        }
    }

    @Test
    void anotherProcessFindsItByKubeconfig(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("config");
        kubernetes.writeKubeconfig(file);
        client.resource(configMap("a")).create();
        try (KubernetesClient other = new KubernetesClientBuilder()
                .withConfig(io.fabric8.kubernetes.client.Config.fromKubeconfig(Files.readString(file)))
                .build()) {
            assertThat(other.configMaps().withName("a").get()).isNotNull();
            List<String> seen = new CopyOnWriteArrayList<>();
            try (var informer = other.configMaps().inform(recorder(seen))) {
                await().untilAsserted(() -> assertThat(seen).containsExactly("+a"));
                assertThat(informer.hasSynced()).isTrue();
            }
        }
    }

    @Test
    void streamsEventsToAClientWithoutWebSocket() throws Exception {
        client.resource(configMap("a")).create();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<java.util.stream.Stream<String>> response = http.send(
                    HttpRequest.newBuilder(
                                    URI.create(kubernetes.url() + "/api/v1/configmaps?watch=true&timeoutSeconds=1"))
                            .build(),
                    HttpResponse.BodyHandlers.ofLines());
            assertThat(response.body().toList()).hasSize(1).first().asString().contains("\"ADDED\"", "\"name\":\"a\"");
        }
    }

    @Test
    void printsTheColumnsOfACustomResource() throws Exception {
        defineBoats();
        boats().resource(boat("argo", 3)).create();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(kubernetes.url() + "/apis/harbour.test/v1/boats"))
                            .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).contains("\"kind\":\"Table\"", "\"cells\":[\"argo\",\"3\",\"");
        }
    }

    private static LeaderElector candidate(
            KubernetesClient client, String name, List<String> leaders, java.util.concurrent.Executor threads) {
        return client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName("lease")
                        .withLock(new LeaseLock("default", "lease", name))
                        .withLeaseDuration(Duration.ofSeconds(3))
                        .withRenewDeadline(Duration.ofSeconds(2))
                        .withRetryPeriod(Duration.ofMillis(200))
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(new LeaderCallbacks(() -> leaders.add(name), () -> {}, leader -> {}))
                        .build())
                .build();
    }

    private static ResourceEventHandler<ConfigMap> recorder(List<String> seen) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(ConfigMap map) {
                seen.add("+" + map.getMetadata().getName());
            }

            @Override
            public void onUpdate(ConfigMap before, ConfigMap after) {
                if (!before.getMetadata()
                        .getResourceVersion()
                        .equals(after.getMetadata().getResourceVersion())) {
                    seen.add("~" + after.getMetadata().getName());
                }
            }

            @Override
            public void onDelete(ConfigMap map, boolean unknown) {
                seen.add("-" + map.getMetadata().getName());
            }
        };
    }

    private void apply(ConfigMap map, String manager) {
        client.resource(map).fieldManager(manager).forceConflicts().serverSideApply();
    }

    private void defineBoats() {
        kubernetes.define(new ByteArrayInputStream(CRD.getBytes(UTF_8)));
    }

    private MixedOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>> boats() {
        return client.genericKubernetesResources(new ResourceDefinitionContext.Builder()
                .withGroup("harbour.test")
                .withVersion("v1")
                .withKind("Boat")
                .withPlural("boats")
                .withNamespaced(true)
                .build());
    }

    private static GenericKubernetesResource boat(String name, int crew) {
        GenericKubernetesResource boat = new GenericKubernetesResource();
        boat.setApiVersion("harbour.test/v1");
        boat.setKind("Boat");
        boat.setMetadata(configMap(name).getMetadata());
        boat.getMetadata().setNamespace("default");
        boat.setAdditionalProperty("spec", Map.of("crew", crew));
        return boat;
    }

    private static ConfigMap configMap(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build();
    }

    private static ConfigMap labelled(String name, String wanted) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("wanted", wanted)
                .endMetadata()
                .build();
    }

    private static Pod pod(String name, @org.jspecify.annotations.Nullable String node) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withTerminationGracePeriodSeconds(7L)
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .endSpec()
                .build();
    }
}
