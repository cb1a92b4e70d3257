package io.slackwater.operator.reconcile.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.gateways.GatewayReport;
import io.slackwater.operator.gateways.GatewayReport.Phase;
import io.slackwater.operator.gateways.ShedAnswer;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as an answer of a gateway. */
class GatewayCallsTest {
    @Test
    void answers_that_keep_the_contract() {
        assertThat(GatewayCalls.parse("{\"state\":\"serving\",\"disconnectsPerSecond\":0,\"remaining\":7,\"told\":0}"))
                .isEqualTo(new GatewayReport(Phase.SERVING, 7, 0, OptionalLong.empty()));
        assertThat(GatewayCalls.parse(
                        "{\"state\":\"draining\",\"disconnectsPerSecond\":50,\"remaining\":3,\"acceptMillis\":12}"))
                .isEqualTo(new GatewayReport(Phase.DRAINING, 3, 50, OptionalLong.of(12)));
        assertThat(GatewayCalls.parse("{\"state\":\"drained\",\"remaining\":0}"))
                .isEqualTo(new GatewayReport(Phase.DRAINED, 0, 0, OptionalLong.empty()));
    }

    @Test
    void answers_to_shed() {
        assertThat(GatewayCalls.parseShed("{\"id\":\"7.9\",\"told\":3,\"remaining\":2,\"staying\":1,\"eligible\":40}"))
                .isEqualTo(new ShedAnswer.Said("7.9", 3, 2, 1));
        for (String answer : new String[] {"", "alive", "[]", "{}", "{\"id\":\"7\",\"told\":-3,\"remaining\":2}"}) {
            assertThat(GatewayCalls.parseShed(answer)).as(answer).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alive",
                "[]",
                "{}",
                "{\"state\":\"gone\",\"remaining\":0}",
                "{\"state\":\"serving\"}",
                "{\"state\":\"serving\",\"remaining\":-1}",
                "{\"state\":\"serving\",\"remaining\":10000001}",
                "{\"state\":\"drained\",\"remaining\":1}"
            })
    void whatever_else_counts_as_silence(String answer) {
        assertThat(GatewayCalls.parse(answer)).isNull();
    }
}
