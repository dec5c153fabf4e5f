package io.sirsi.jmx;

import java.util.List;
import java.util.Map;

/** Agents, as {@code io.sirsi:type=Agents}. Decided and refused as in {@link SessionsMXBean}. */
public interface AgentsMXBean {

    /** {@return the agents that the caller may see, parents before children} */
    List<AgentView> listAgents();

    /** {@return one agent} */
    AgentView getAgent(String agent);

    /** {@return the types that can be spawned} */
    List<AgentTypeView> listAgentTypes();

    /** {@return how well an agent says it is} */
    HealthView getAgentHealth(String agent);

    /** {@return the id of a new agent, which gets all that its type offers and the caller has} */
    String spawnAgent(String session, String type);

    /**
     * Spawns an agent with settings.
     *
     * @param session where it will live
     * @param type its kind
     * @param settings its configuration, such as {@code account}; never a secret
     * @return its id
     */
    String spawnAgent(String session, String type, Map<String, String> settings);

    /** {@return how many agents ended: this one and all below it} */
    int terminateAgent(String agent);
}
