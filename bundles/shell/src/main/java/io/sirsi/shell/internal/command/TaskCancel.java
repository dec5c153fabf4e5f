package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.completion.TaskIds;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskState;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Calls a task off. */
@Service
@Command(
        scope = "task",
        name = "cancel",
        description = "Calls a task off; of one that comes again, the whole series")
public final class TaskCancel extends HypervisorCommand {

    @Argument(name = "task", description = "The task", required = true)
    @Completion(TaskIds.class)
    private String task = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        TaskId id = Ids.task(task);
        boolean cancelled = hypervisor.cancelTask(id);
        return say(
                cancelled ? calledOff(hypervisor.task(id)) : "it had ended already",
                "cancelled",
                cancelled);
    }

    private static String calledOff(TaskSnapshot after) {
        return after.state() instanceof TaskState.Running
                ? "asked to stop; if it does not, it is interrupted after the cancel grace, and"
                        + " abandoned after another: task:watch "
                        + after.id()
                : "called off";
    }
}
