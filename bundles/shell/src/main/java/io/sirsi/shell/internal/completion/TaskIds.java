package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.task.TaskQuery;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes ids of the newest tasks. */
@Service
public final class TaskIds extends HypervisorCompleter {

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.tasks(TaskQuery.newest(100)).stream()
                .map(task -> task.id().value())
                .toList();
    }
}
