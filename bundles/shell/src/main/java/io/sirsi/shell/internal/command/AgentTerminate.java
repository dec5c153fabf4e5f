package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.completion.AgentIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Ends an agent and all below it. */
@Service
@Command(
        scope = "agent",
        name = "terminate",
        description = "Ends an agent and all below it, leaves first")
public final class AgentTerminate extends HypervisorCommand {

    @Argument(name = "agent", description = "The agent", required = true)
    @Completion(AgentIds.class)
    private String agent = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        int ended = hypervisor.terminateAgent(Ids.agent(agent));
        return say("ended " + ended + (ended == 1 ? " agent" : " agents"), "ended", ended);
    }
}
