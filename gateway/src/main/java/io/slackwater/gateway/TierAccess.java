package io.slackwater.gateway;

import io.slackwater.client.ClientSettings.Credentials;
import io.slackwater.client.ClientSettingsBuilder;
import io.slackwater.client.PasswordFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a gateway gets into the tier.
 *
 * @param tls whether to use TLS
 * @param caFile certificates of the authorities to trust, in PEM; null for those that this Java trusts
 * @param tlsName what the certificates of the seeds are checked against; empty for the host of each
 * @param credentials null to log in as nobody
 */
record TierAccess(
        boolean tls,
        @Nullable Path caFile,
        String tlsName,
        @Nullable Supplier<Credentials> credentials) {
    private static final Logger LOG = LoggerFactory.getLogger(TierAccess.class);

    /** Plain connections, no password. */
    static final TierAccess PLAIN = new TierAccess(false, null, "", null);

    /**
     * @param tls whether to use TLS although no file is given
     * @param user whose password is in the file
     * @throws IllegalArgumentException with a sentence, if a file cannot be used
     */
    static TierAccess of(boolean tls, @Nullable Path caFile, String tlsName, String user, @Nullable Path passwordFile) {
        if (caFile != null && !Files.isReadable(caFile)) {
            throw new IllegalArgumentException("--tls-ca-file " + caFile + " cannot be read: is it mounted?");
        }
        boolean encrypted = tls || caFile != null;
        if (!encrypted && passwordFile != null) {
            LOG.warn("the password of {} goes over plain connections: give --tls-ca-file, or --tls", user);
        }
        return new TierAccess(
                encrypted, caFile, tlsName, passwordFile == null ? null : new PasswordFile(user, passwordFile));
    }

    void into(ClientSettingsBuilder settings) {
        if (tls) {
            settings.tls(caFile).seedTlsName(tlsName);
        }
        if (credentials != null) {
            settings.credentials(credentials);
        }
    }
}
