package io.sirsi.session;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A session was opened.
 *
 * @param session which
 * @param at when
 */
public record SessionOpened(Session session, Instant at) implements Event {}
