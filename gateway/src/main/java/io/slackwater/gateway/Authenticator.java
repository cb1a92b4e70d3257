package io.slackwater.gateway;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Decides who may connect. */
public interface Authenticator {
    /** Everybody may, under the login they give, or as {@code anonymous}. */
    Authenticator ALLOW_ALL = credentials -> CompletableFuture.completedStage(
            new Decision.Accepted(credentials.login() == null ? "anonymous" : credentials.login()));

    /**
     * Called once a connection, on its event loop: it must not block. A stage that fails refuses the client and is logged; one that
     * does not complete within the CONNECT time-out refuses it too.
     */
    CompletionStage<Decision> authenticate(Credentials credentials);

    /** The answer. */
    sealed interface Decision {
        /** May connect. {@code principal} is who it is, for the logs. */
        record Accepted(String principal) implements Decision {}

        /** May not. {@code reason} is a sentence that the client sees. */
        record Refused(String reason) implements Decision {}
    }
}
