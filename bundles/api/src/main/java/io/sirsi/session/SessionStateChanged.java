package io.sirsi.session;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A session was suspended, resumed, terminated, or expired.
 *
 * @param session as it is now
 * @param before the state that it left
 * @param at when
 */
public record SessionStateChanged(Session session, SessionState before, Instant at)
        implements Event {}
