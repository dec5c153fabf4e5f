package io.sirsi.hypervisor;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentId;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentSpec;
import io.sirsi.agent.Health;
import io.sirsi.session.SessionId;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Agents. A caller without {@code session:any} sees and touches only agents in sessions of its own.
 */
@ProviderType
public interface AgentControl {

    /** {@return the types that can be spawned}; needs {@code agent:read}. */
    List<AgentDescriptor> agentTypes();

    /**
     * Spawns an agent; needs {@code agent:spawn:TYPE} and each permission that the specification
     * asks for: nobody gives away what they do not have.
     *
     * @param session where it will live; must be Active
     * @param spec what is wanted; without capabilities it gets all that its type offers and the
     *     caller has
     * @return its name
     */
    AgentId spawnAgent(SessionId session, AgentSpec spec);

    /** {@return the agent}; needs {@code agent:read}. */
    AgentSnapshot agent(AgentId agent);

    /**
     * {@return the agents that are not terminated, parents before children}; needs {@code
     * agent:read}.
     */
    List<AgentSnapshot> agents();

    /** {@return how well the agent says it is}; needs {@code agent:read}. */
    Health agentHealth(AgentId agent);

    /**
     * {@return how many agents ended: this one and all below it}; needs {@code
     * agent:terminate:TYPE}.
     */
    int terminateAgent(AgentId agent);
}
