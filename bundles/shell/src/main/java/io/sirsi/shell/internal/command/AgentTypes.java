package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists the types of agent that can be spawned. */
@Service
@Command(
        scope = "agent",
        name = "types",
        description = "Lists the types of agent that can be spawned now")
public final class AgentTypes extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.AGENT_TYPE, hypervisor.agentTypes());
    }
}
