package io.slackwater.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.operator.security.KeyAndCertificate;
import java.io.IOException;

/** What certificate a server shows, as openssl sees it. */
final class TlsLook {
    private TlsLook() {}

    static String fingerprint(String host, int port) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("openssl", "s_client", "-connect", host + ":" + port)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectErrorStream(true)
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        int from = answer.indexOf("-----BEGIN CERTIFICATE-----");
        int to = answer.indexOf("-----END CERTIFICATE-----");
        return from < 0 || to < 0
                ? ""
                : new KeyAndCertificate(answer.substring(from, to) + "-----END CERTIFICATE-----\n", "").fingerprint();
    }
}
