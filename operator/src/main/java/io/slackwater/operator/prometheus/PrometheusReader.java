package io.slackwater.operator.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.scaling.replay.Recording;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

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

    /** Asks for a figure of now, and waits for the answer. */
    public Sample read(String query) {
        return ask(
                "query?query=" + URLEncoder.encode(query, UTF_8),
                answer ->
                        PrometheusAnswer.sample(answer.statusCode(), location(answer), answer.body(), clock.instant()),
                problem -> problem);
    }

    /** What became of a question for a range. */
    public sealed interface Range {
        /** The series. */
        record Series(Recording recording) implements Range {}

        /** There is none; the sentence goes on after what was asked. */
        record Problem(String sentence) implements Range {}
    }

    /**
     * Asks for one series, and waits for the answer.
     *
     * @param step between two samples, a second or more; there must be at most 11,000
     */
    public Range range(String query, Instant from, Instant to, Duration step) {
        String path = "query_range?query=" + URLEncoder.encode(query, UTF_8) + "&start=" + from.getEpochSecond()
                + "&end=" + to.getEpochSecond() + "&step=" + step.toSeconds();
        return ask(path, PrometheusReader::range, problem -> new Range.Problem(problem.sentence()));
    }

    private static Range range(HttpResponse<byte[]> answer) {
        Sample.Failed problem = PrometheusAnswer.problem(answer.statusCode(), location(answer), answer.body());
        if (problem != null) {
            return new Range.Problem(problem.sentence());
        }
        try {
            return new Range.Series(PrometheusRange.read(answer.body()));
        } catch (IllegalArgumentException e) {
            return new Range.Problem("gave no traffic: " + e.getMessage());
        }
    }

    private <T> T ask(
            String path, Function<HttpResponse<byte[]>, T> understood, Function<Sample.Failed, T> notAnswered) {
        CompletableFuture<HttpResponse<byte[]>> asked =
                client.sendAsync(request(path), about -> new BoundedBody(LARGEST_ANSWER));
        try {
            return understood.apply(asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            asked.cancel(true);
            return notAnswered.apply(late());
        } catch (ExecutionException e) {
            return notAnswered.apply(failed(e.getCause() == null ? e : e.getCause()));
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            return notAnswered.apply(new Sample.Failed("was not asked: the operator ends"));
        }
    }

    private static @Nullable String location(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("Location").orElse(null);
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest request(String path) {
        URI uri = URI.create(access.address() + "/api/v1/" + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Accept", "application/json")
                .header("User-Agent", "slackwater-operator");
        if (access.authorization() != null) {
            request.header("Authorization", access.authorization());
        }
        return request.GET().build();
    }

    private Sample.Failed late() {
        return new Sample.Failed("was not answered within " + Durations.text(timeout));
    }

    private Sample.Failed failed(Throwable failure) {
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
