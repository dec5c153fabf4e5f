package io.sirsi.agent;

import io.sirsi.session.SessionId;
import java.time.Instant;

/**
 * An agent as it stood at one moment.
 *
 * @param id its name
 * @param session where it lives
 * @param spec what was asked for, parent included
 * @param state where it is in its life
 * @param since since when it has been in that state
 */
public record AgentSnapshot(
        AgentId id, SessionId session, AgentSpec spec, AgentState state, Instant since) {}
