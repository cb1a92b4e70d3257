package io.slackwater.client;

import io.slackwater.client.ClientSettings.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A user whose password is in a file, as a mounted Secret is. The file is read again for each connection, so that a new password is
 * used from the next connection on; while it cannot be read the last one is. For any thread.
 */
public final class PasswordFile implements Supplier<Credentials> {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);
    private static final int LONGEST = 4_096;

    private final String user;
    private final Path file;
    private volatile Credentials last;

    /**
     * @param user empty for the default user
     * @param file with the password; a line end after it is not part of it
     * @throws IllegalArgumentException when there is no password in it, with a sentence
     */
    public PasswordFile(String user, Path file) {
        this.user = user;
        this.file = file;
        this.last = read();
    }

    @Override
    public Credentials get() {
        try {
            last = read();
        } catch (IllegalArgumentException e) {
            LOG.warn("{}: the last password is used", e.getMessage());
        }
        return last;
    }

    private Credentials read() {
        String password;
        try {
            if (Files.size(file) > LONGEST) {
                throw new IllegalArgumentException(
                        "the password file " + file + " is longer than " + LONGEST + " bytes: is it another file?");
            }
            password = Files.readString(file).stripTrailing();
        } catch (IOException e) {
            throw new IllegalArgumentException("the password file " + file + " cannot be read: " + e, e);
        }
        if (password.isEmpty()) {
            throw new IllegalArgumentException("the password file " + file + " is empty: write the password into it");
        }
        return new Credentials(user, password);
    }
}
