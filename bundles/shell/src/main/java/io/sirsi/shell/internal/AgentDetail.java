package io.sirsi.shell.internal;

import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.Health;

/**
 * An agent, and how well it says it is.
 *
 * @param agent the agent
 * @param health what it says
 */
public record AgentDetail(AgentSnapshot agent, Health health) {}
