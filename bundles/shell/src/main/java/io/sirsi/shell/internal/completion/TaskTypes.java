package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes types of task. */
@Service
public final class TaskTypes extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.agentTypes().stream()
                .flatMap(type -> type.taskTypes().stream())
                .distinct()
                .toList();
    }
}
