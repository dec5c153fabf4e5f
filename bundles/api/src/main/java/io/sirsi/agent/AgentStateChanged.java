package io.sirsi.agent;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * An agent changed its state; Terminated is the last such event of an agent.
 *
 * @param agent as it is now
 * @param before the state that it left
 * @param at when
 */
public record AgentStateChanged(AgentSnapshot agent, AgentState before, Instant at)
        implements Event {}
