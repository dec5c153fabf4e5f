package io.sirsi.shell.internal.command;

import io.sirsi.agent.AgentId;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.AgentDetail;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.AgentIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows an agent and how well it is. */
@Service
@Command(
        scope = "agent",
        name = "show",
        description = "Shows an agent, what it may do, and how well it says it is")
public final class AgentShow extends HypervisorCommand {

    @Argument(name = "agent", description = "The agent", required = true)
    @Completion(AgentIds.class)
    private String agent = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        AgentId id = Ids.agent(agent);
        return print(
                Views.AGENT_DETAIL,
                new AgentDetail(hypervisor.agent(id), hypervisor.agentHealth(id)));
    }
}
