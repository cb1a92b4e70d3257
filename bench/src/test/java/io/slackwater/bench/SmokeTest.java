package io.slackwater.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each scenario in its smallest size: that it works and looks at the right things. */
class SmokeTest {
    @Test
    void lookup_has_figures_and_allocates_nothing() throws Exception {
        List<Row> rows = new LookupScenario().run(true);
        assertThat(rows)
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.get("ours, ns")).isPositive());
    }

    @Test
    void a_move_of_ours_loses_nothing() throws Exception {
        Row ours = new BatchScenario().run(true).getFirst();
        assertThat(ours.get("gap p50, ms")).isNotNegative();
        if (ours.get("fenced off") == 0) { // on a machine too busy for the protocol's time-outs there is no promise
            assertThat(ours.get("lost")).isZero();
            assertThat(ours.get("duplicated")).isZero();
            assertThat(ours.get("reordered")).isZero();
        }
    }

    @Test
    void a_move_of_the_peers_is_heard_on_the_other_server() throws Exception {
        Move.Size size = new Move.Size(100, 500, 100);
        Row sharded = Move.measure("sharded", size, deliveries -> new ShardedTier(100, 4_096, deliveries));
        Row reload = Move.measure("reload", size, deliveries -> new ReloadTier(100, deliveries));
        assertThat(sharded.get("failed")).isZero();
        assertThat(reload.get("failed")).isZero();
        assertThat(reload.get("duplicated")).isZero();
    }

    @Test
    void publish_million_and_failover_have_figures() throws Exception {
        assertThat(new PublishScenario().run(true).getFirst().get("publishes/s"))
                .isPositive();
        assertThat(new MillionScenario().run(true))
                .allSatisfy(row -> assertThat(row.get("missing on the server")).isZero());
        assertThat(new FailoverScenario().run(true).getFirst().get("max, ms")).isBetween(0.0, 20_000.0);
    }

    @Test
    void all_clients_of_a_gateway_that_goes_come_back() throws Exception {
        assertThat(new DrainScenario().run(true)).hasSize(2).allSatisfy(row -> {
            assertThat(row.get("most back within a second")).isPositive();
            assertThat(row.get("refused")).isZero();
        });
    }

    @Test
    void lost_duplicated_and_reordered_messages_are_seen() {
        Deliveries deliveries = new Deliveries(2, 10);
        for (int i = 0; i < 5; i++) {
            deliveries.next(1);
        }
        for (int number : new int[] {0, 2, 1, 1}) {
            deliveries.arrived(Deliveries.payload(number));
        }
        deliveries.failed(4);
        assertThat(deliveries.lost()).isEqualTo(1);
        assertThat(deliveries.failures()).isEqualTo(1);
        assertThat(deliveries.duplicated()).isEqualTo(1);
        assertThat(deliveries.reordered()).isEqualTo(1);
    }

    @Test
    void results_become_a_table_in_the_page_and_json(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("page.md");
        Files.writeString(page, "before\n<!-- x:begin -->\nold\n<!-- x:end -->\nafter\n");
        Results results = new Results("x", false);
        for (double value : new double[] {3, 1, 2}) {
            results.add(List.of(new Row("ours").with("ms", value)));
        }
        results.into(page);
        results.write(folder);
        assertThat(page)
                .content()
                .contains("| ours | 2 (1–3) |")
                .doesNotContain("old")
                .endsWith("<!-- x:end -->\nafter\n");
        assertThat(folder.resolve("x.json")).content().contains("\"ours\": {\"ms\": 3.0}");
    }
}
