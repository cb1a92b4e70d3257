package io.slackwater.ring.handover;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a member says of nodes out of its reach. */
class UnreachableTest {
    @Test
    void what_is_encoded_is_decoded() {
        Unreachable report = new Unreachable("gateway-7", List.of("n-1/af01", "n-2/be02"));
        assertThat(new String(report.encode(), US_ASCII)).isEqualTo("U1 gateway-7 n-1/af01 n-2/be02");
        assertThat(Unreachable.isReport(report.encode())).isTrue();
        assertThat(Unreachable.decode(report.encode())).isEqualTo(report);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "U1", "U1 m", "U1 m ", "U2 m n", "A1 m n", "U1  n", "U1 m n  o"})
    void what_is_none_is_refused(String text) {
        assertThatThrownBy(() -> Unreachable.decode(text.getBytes(US_ASCII)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bounds_hold() {
        List<String> most = Collections.nCopies(Unreachable.MAX_NODES, "n".repeat(128));
        Unreachable report = new Unreachable("m".repeat(128), most);
        assertThat(Unreachable.decode(report.encode())).isEqualTo(report);
        assertThatThrownBy(() -> new Unreachable("m", Collections.nCopies(Unreachable.MAX_NODES + 1, "n")))
                .hasMessageContaining("must be 1 to 64");
        assertThatThrownBy(() -> Unreachable.decode(("U1 m " + "n ".repeat(9_000)).getBytes(US_ASCII)))
                .hasMessageContaining("at most");
    }
}
