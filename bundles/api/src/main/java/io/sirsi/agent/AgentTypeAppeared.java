package io.sirsi.agent;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A type of agent can be spawned from now on.
 *
 * @param type which
 * @param at when
 */
public record AgentTypeAppeared(AgentType type, Instant at) implements Event {}
