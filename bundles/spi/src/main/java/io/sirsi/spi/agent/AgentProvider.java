package io.sirsi.spi.agent;

import io.sirsi.agent.AgentDescriptor;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes agents of one type. Publish it as a service and the type exists; when the service goes, the
 * type goes: its agents drain, are stopped, and are made anew by the next provider of the type. One
 * component per type; agents themselves are plain objects. Thread-safe.
 */
@ConsumerType
public interface AgentProvider {

    /** {@return what the type is; always the same value} */
    AgentDescriptor descriptor();

    /**
     * Makes an agent. Must be quick: calls to the outside belong into its first task.
     *
     * @param context who the agent is, and what it may use for as long as it lives
     * @return the agent
     * @throws AgentFailureException if it cannot be made, for instance because of a setting
     */
    Agent create(AgentContext context) throws AgentFailureException;
}
