package io.slackwater.operator.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.windows.Durations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * Asks a Prometheus for one figure at a time. Whatever goes wrong is a {@link Sample} with a sentence: nothing is thrown. No redirect is
 * followed, an answer has 1 MiB at most, and all of it must have come within the time limit. Safe for use by many threads.
 */
public final class PrometheusReader implements AutoCloseable {
    /** Time limit when none is said. */
    public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(5);

    private static final int LARGEST_ANSWER = 1 << 20;

    private final PrometheusAccess access;
    private final Duration timeout;
    private final InstantSource clock;
    private final HttpClient client;

    /**
     * A reader.
     *
     * @param timeout from asking to the last byte of the answer
     * @throws IllegalArgumentException the certificates cannot be read; the message is a sentence
     */
    public PrometheusReader(PrometheusAccess access, Duration timeout, InstantSource clock) {
        this.access = access;
        this.timeout = timeout;
        this.clock = clock;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout);
        if (access.authorities() != null) {
            builder.sslContext(trusting(access.authorities()));
        }
        this.client = builder.build();
    }

    /** Asks, and waits for the answer. */
    public Sample read(String query) {
        CompletableFuture<HttpResponse<byte[]>> asked =
                client.sendAsync(request(query), about -> new BoundedBody(LARGEST_ANSWER));
        try {
            HttpResponse<byte[]> answer = asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return PrometheusAnswer.sample(
                    answer.statusCode(),
                    answer.headers().firstValue("Location").orElse(null),
                    answer.body(),
                    clock.instant());
        } catch (TimeoutException e) {
            asked.cancel(true);
            return late();
        } catch (ExecutionException e) {
            return failed(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            return new Sample.Failed("was not asked: the operator ends");
        }
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest request(String query) {
        URI uri = URI.create(access.address() + "/api/v1/query?query=" + URLEncoder.encode(query, UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Accept", "application/json")
                .header("User-Agent", "slackwater-operator");
        if (access.authorization() != null) {
            request.header("Authorization", access.authorization());
        }
        return request.GET().build();
    }

    private Sample late() {
        return new Sample.Failed("was not answered within " + Durations.text(timeout));
    }

    private Sample failed(Throwable failure) {
        String host = access.address().getHost();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpTimeoutException) {
                return late();
            }
            if (cause instanceof BoundedBody.TooLong) {
                return new Sample.Failed("got an answer of more than " + (LARGEST_ANSWER >> 20) + " MiB");
            }
            if (cause instanceof UnresolvedAddressException) {
                return new Sample.Failed("was not asked: there is no host " + host);
            }
            if (cause instanceof SSLException) {
                return new Sample.Failed("was not asked: no TLS with " + host + ": " + cause.getMessage());
            }
        }
        return new Sample.Failed(
                failure instanceof ConnectException
                        ? "was not asked: nobody listens at " + host + ":"
                                + access.address().getPort()
                        : "was not answered: " + failure);
    }

    private static SSLContext trusting(String authorities) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int count = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(authorities.getBytes(UTF_8)))) {
                trusted.setCertificateEntry("ca-" + count++, each);
            }
            if (count == 0) {
                throw new IllegalArgumentException("ca.crt in the Secret of caSecretRef has no certificate");
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("ca.crt in the Secret of caSecretRef is not a certificate in PEM", e);
        }
    }
}
