package io.slackwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.client.ClientSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GatewayOptionsTest {
    private static GatewayOptions parse(String... args) {
        GatewayOptions options = new GatewayOptions();
        new CommandLine(options).parseArgs(args);
        return options;
    }

    @Test
    void defaults() {
        GatewayOptions options = parse();
        assertThat(options.seeds).isEmpty();
        assertThat(options.allowedOrigins).isEmpty();
        assertThat(options.tokensFile).isNull();
        GatewaySettings settings = options.settings();
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.managementPort()).isEqualTo(8081);
        assertThat(settings.path()).isEqualTo("/stomp");
        assertThat(settings.threads()).isPositive();
        assertThat(settings.member()).isNotEmpty();
    }

    @Test
    void plainByDefault() {
        assertThat(parse().access()).isEqualTo(TierAccess.PLAIN);
    }

    @Test
    void filesOfAMountedSecret(@TempDir Path folder) throws IOException {
        Path ca = Files.writeString(folder.resolve("ca.crt"), "certificate");
        Path password = Files.writeString(folder.resolve("password"), "one\n");
        TierAccess access =
                parse("--tls-ca-file=" + ca, "--password-file=" + password).access();
        assertThat(access.tls()).isTrue();
        Supplier<ClientSettings.Credentials> credentials = Objects.requireNonNull(access.credentials());
        assertThat(credentials.get()).isEqualTo(new ClientSettings.Credentials("slackwater-member", "one"));
        Files.writeString(password, "two");
        assertThat(credentials.get().password()).isEqualTo("two");
        Files.delete(password);
        assertThat(credentials.get().password()).as("the last one").isEqualTo("two");
        assertThat(credentials.get().toString()).doesNotContain("two");
    }

    @Test
    void filesThatCannotBeUsed(@TempDir Path folder) throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> parse("--tls-ca-file=" + absent).access()).hasMessageContaining("is it mounted?");
        assertThatThrownBy(() -> parse("--tls", "--password-file=" + absent).access())
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> parse("--tls", "--password-file=" + empty).access())
                .hasMessageContaining("is empty");
    }

    @Test
    void listsAreCommaSeparated() {
        GatewayOptions options = parse("--seeds=a:1,b:2", "--allowed-origins=https://a,https://b");
        assertThat(options.seeds).containsExactly("a:1", "b:2");
        assertThat(options.settings().allowedOrigins()).containsExactlyInAnyOrder("https://a", "https://b");
    }

    @ParameterizedTest
    @CsvSource({
        "--max-connections=0, max-connections is 0",
        "--max-subscriptions=-1, max-subscriptions is -1",
        "--max-body-bytes=999999999, max-body-bytes is 999999999",
        "--max-headers=3, max-headers is 3",
        "--max-header-bytes=1, max-header-bytes is 1",
        "--max-pending-bytes=1, max-pending-bytes is 1",
        "--max-in-flight-sends=0, max-in-flight-sends is 0",
        "--max-backlog-bytes=0, max-backlog-bytes is 0",
        "--handshake-timeout=0, handshake-timeout is 0 ms",
        "--connect-timeout=0, connect-timeout is 0 ms",
        "--close-timeout=0, close-timeout is 0 ms",
        "--heart-beat=-5, heart-beat is -5",
        "--port=65536, port is 65536",
        "--management-port=8080, both 8080",
        "--path=stomp, path is 'stomp'",
        "--threads=-1, threads is -1",
        "--member=a b, member is 'a b'",
    })
    void valuesOutOfBoundsAreRefusedWithTheValue(String option, String sentence) {
        assertThatThrownBy(() -> parse(option).settings())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void tokens(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("tokens");
        Files.write(file, List.of("# who may", "", "alice:correct-horse", "battery-staple"));
        Authenticator authenticator = parse("--tokens-file=" + file).authenticator(null);
        assertThat(decide(authenticator, "correct-horse")).isEqualTo(new Authenticator.Decision.Accepted("alice"));
        assertThat(decide(authenticator, "battery-staple")).isInstanceOf(Authenticator.Decision.Accepted.class);
        assertThat(decide(authenticator, "wrong-horse")).isInstanceOf(Authenticator.Decision.Refused.class);
        assertThat(decide(parse().authenticator("bob:from-the-environment"), "from-the-environment"))
                .isEqualTo(new Authenticator.Decision.Accepted("bob"));
        assertThat(parse().authenticator(null)).isSameAs(Authenticator.ALLOW_ALL);
    }

    @Test
    void badTokensAreRefusedWithoutShowingThem(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("tokens");
        assertThatThrownBy(() -> parse("--tokens-file=" + file).authenticator(null))
                .hasMessageContaining("cannot be read");
        Files.write(file, List.of("# nobody"));
        assertThatThrownBy(() -> parse("--tokens-file=" + file).authenticator(null))
                .hasMessageContaining("is empty");
        Files.write(file, List.of("alice:s3cret"));
        assertThatThrownBy(() -> parse("--tokens-file=" + file).authenticator(null))
                .hasMessageContaining("line 1")
                .hasMessageContaining("6 characters")
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void credentialsDoNotShowThePasscode() {
        Credentials credentials = new Credentials("alice", "s3cret", Map.of("passcode", "s3cret"), "here");
        assertThat(credentials.toString()).contains("alice").doesNotContain("s3cret");
        assertThat(StompFrame.of("CONNECT", Map.of("passcode", "s3cret")).toString())
                .doesNotContain("s3cret");
    }

    private static Authenticator.Decision decide(Authenticator authenticator, String passcode) {
        return authenticator
                .authenticate(new Credentials(null, passcode, Map.of(), "here"))
                .toCompletableFuture()
                .join();
    }
}
