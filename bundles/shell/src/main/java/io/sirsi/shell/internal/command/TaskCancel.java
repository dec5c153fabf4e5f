package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.completion.TaskIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Calls a task off. */
@Service
@Command(scope = "task", name = "cancel", description = "Calls a task off")
public final class TaskCancel extends HypervisorCommand {

    @Argument(name = "task", description = "The task", required = true)
    @Completion(TaskIds.class)
    private String task = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        boolean cancelled = hypervisor.cancelTask(Ids.task(task));
        return say(cancelled ? "called off" : "it had ended already", "cancelled", cancelled);
    }
}
