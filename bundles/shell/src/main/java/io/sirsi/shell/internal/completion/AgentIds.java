package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes ids of agents. */
@Service
public final class AgentIds extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.agents().stream().map(agent -> agent.id().value()).toList();
    }
}
