package io.slackwater.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A patch makes of the former status the new one, and leaves alone what its writer does not know. */
class StatusPatchTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Test
    void same_status_is_no_patch() {
        assertThat(patch("{replicas: 3, nodes: [{pod: a}]}", "{replicas: 3, nodes: [{pod: a}]}"))
                .isEmpty();
    }

    @Test
    void carries_the_version_that_it_is_based_on() {
        ArrayNode patch = patch("{replicas: 3}", "{replicas: 4}");
        assertThat(patch.get(0).toString())
                .isEqualTo("{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"7\"}");
        assertThat(patch).hasSize(2);
    }

    @Test
    void leaves_alone_what_it_does_not_know() {
        assertThat(applied(
                        "{replicas: 3, ring: {epoch: 1}, nodes: [{pod: a, slots: 1}, {pod: c, slots: 2}]}",
                        "{replicas: 4, ring: {epoch: 2}, nodes: [{pod: b, slots: 5}, {pod: c, slots: 3}]}",
                        "{replicas: 3, zone: x, ring: {epoch: 1, age: 9}, nodes: [{pod: a, slots: 1, load: 7},"
                                + " {pod: c, slots: 2, load: 8}]}"))
                .isEqualTo(json("{replicas: 4, zone: x, ring: {epoch: 2, age: 9}, nodes: [{pod: b, slots: 5},"
                        + " {pod: c, slots: 3, load: 8}]}"));
    }

    @Test
    void adds_a_list_that_an_older_writer_did_not_have() {
        assertThat(applied("{replicas: 3, nodes: []}", "{replicas: 3, nodes: [{pod: a}]}", "{replicas: 3}"))
                .isEqualTo(json("{replicas: 3, nodes: [{pod: a}]}"));
    }

    @Test
    void removes_what_is_gone() {
        assertThat(applied(
                        "{migration: {eta: 1s, current: x}, message: m}",
                        "{migration: {eta: 2s}}",
                        "{migration: {eta: 1s, current: x}, message: m}"))
                .isEqualTo(json("{migration: {eta: 2s}}"));
    }

    @Test
    void first_status_is_written_whole() {
        ObjectNode object = JSON.createObjectNode();
        object.putObject("metadata").put("resourceVersion", "7");
        JsonNode written = JsonPatch.apply(StatusPatch.of("7", null, json("{replicas: 3}")), object);
        assertThat(written.path("status")).isEqualTo(json("{replicas: 3}"));
    }

    @Test
    void any_lists_become_any_others_and_unknown_fields_stay_with_their_items() {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            ObjectNode before = status(random);
            ObjectNode after = status(random);
            ObjectNode stored = before.deepCopy();
            stored.path("nodes")
                    .forEach(node ->
                            ((ObjectNode) node).put("load", node.path("pod").asText()));
            JsonNode now = applied(before, after, stored);
            for (JsonNode node : now.path("nodes")) {
                assertThat(node.path("load").asText(""))
                        .isIn("", node.path("pod").asText());
                ((ObjectNode) node).remove("load");
            }
            assertThat(now).isEqualTo(after);
        }
    }

    private static ObjectNode status(Random random) {
        List<String> pods = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
        Collections.shuffle(pods, random);
        List<String> some = new ArrayList<>(pods.subList(0, random.nextInt(7)));
        if (random.nextInt(4) > 0) {
            Collections.sort(some);
        }
        ObjectNode status = JSON.createObjectNode();
        ArrayNode nodes = status.putArray("nodes");
        some.forEach(pod -> nodes.addObject().put("pod", pod).put("slots", random.nextInt(3)));
        return status;
    }

    private static ArrayNode patch(String before, String after) {
        return StatusPatch.of("7", json(before), json(after));
    }

    private static JsonNode applied(String before, String after, String stored) {
        return applied(json(before), json(after), json(stored));
    }

    private static JsonNode applied(ObjectNode before, ObjectNode after, ObjectNode stored) {
        ObjectNode object = JSON.createObjectNode();
        object.putObject("metadata").put("resourceVersion", "7");
        object.set("status", stored);
        return JsonPatch.apply(StatusPatch.of("7", before, after), object).path("status");
    }

    private static ObjectNode json(String yaml) {
        try {
            return YAML.readValue(yaml, ObjectNode.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(yaml, e);
        }
    }
}
