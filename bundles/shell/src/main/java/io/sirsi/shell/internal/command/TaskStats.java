package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Views;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Counts tasks. */
@Service
@Command(
        scope = "task",
        name = "stats",
        description = "Counts tasks by state, and says why none is accepted where that is so")
public final class TaskStats extends HypervisorCommand {

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.TASK_STATS, hypervisor.taskStats());
    }
}
