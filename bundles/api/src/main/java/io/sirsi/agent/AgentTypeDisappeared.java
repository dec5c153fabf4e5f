package io.sirsi.agent;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A type of agent cannot be spawned any more; its agents drain, and wait until it appears again.
 *
 * @param type which
 * @param at when
 */
public record AgentTypeDisappeared(AgentType type, Instant at) implements Event {}
