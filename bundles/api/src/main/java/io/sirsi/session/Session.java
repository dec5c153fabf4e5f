package io.sirsi.session;

import java.time.Instant;

/**
 * A session as it stood at one moment.
 *
 * @param id its name
 * @param owner the account that opened it
 * @param spec what was asked for
 * @param state where it is in its life
 * @param openedAt when it was opened; it expires at this plus its limits' lifetime
 */
public record Session(
        SessionId id, String owner, SessionSpec spec, SessionState state, Instant openedAt) {

    /** {@return when its time runs out} */
    public Instant expiresAt() {
        return openedAt.plus(spec.limits().lifetime());
    }
}
