package io.sirsi.wasm;

import io.sirsi.agent.AgentType;
import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A module is not an agent type any more.
 *
 * @param type which type it was
 * @param at when
 */
public record ModuleUnloaded(AgentType type, Instant at) implements Event {}
