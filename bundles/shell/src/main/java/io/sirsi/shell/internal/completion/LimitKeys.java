package io.sirsi.shell.internal.completion;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.task.TaskQuery;
import java.util.Collection;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Completes keys of limits that the newest tasks share. */
@Service
public final class LimitKeys extends HypervisorCompleter {

    private static final int NEWEST = 1_000;

    @Override
    Collection<String> offers(Hypervisor hypervisor) {
        return hypervisor.tasks(TaskQuery.newest(NEWEST)).stream()
                .flatMap(task -> task.spec().limitKeys().stream())
                .distinct()
                .toList();
    }
}
