package io.sirsi.agent;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * An agent is there and Ready.
 *
 * @param agent which
 * @param at when
 */
public record AgentSpawned(AgentSnapshot agent, Instant at) implements Event {}
