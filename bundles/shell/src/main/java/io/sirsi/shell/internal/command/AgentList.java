package io.sirsi.shell.internal.command;

import io.sirsi.agent.AgentSnapshot;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.AgentTree;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists agents. */
@Service
@Command(
        scope = "agent",
        name = "list",
        description = "Lists the agents that are alive, parents before their children")
public final class AgentList extends HypervisorCommand {

    @Option(name = "--tree", description = "Draw who is below whom")
    private boolean tree = false;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        List<AgentSnapshot> agents = hypervisor.agents();
        if (tree && !json()) {
            AgentTree.print(out(), agents);
            return 0;
        }
        return print(Views.AGENT, agents);
    }
}
