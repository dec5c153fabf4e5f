package io.sirsi.agent;

import io.sirsi.event.Event;
import io.sirsi.session.SessionId;
import io.sirsi.task.Payload;
import java.time.Instant;

/**
 * An agent states a fact of its own. Only those who may see its session may see it.
 *
 * @param agent which agent
 * @param session where it lives
 * @param kind what kind of fact, in the agent's words: lower-case letters, digits and dashes
 * @param data the fact
 * @param at when
 */
public record AgentEmitted(AgentId agent, SessionId session, String kind, Payload data, Instant at)
        implements Event {}
