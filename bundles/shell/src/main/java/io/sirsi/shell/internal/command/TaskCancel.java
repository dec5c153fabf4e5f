package io.sirsi.shell.internal.command;

import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.completion.TaskIds;
import io.sirsi.task.TaskId;
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
        description =
                "Calls a task off; one that runs is asked to stop, one that has ended stands for its series",
        detailedDescription =
                "Of what comes again, name any that has ended, or the one that waits, to end the series; a run is called"
                        + " off by its own name and the series goes on. One that runs is asked to stop, interrupted if it does not (after cancelGraceMs of"
                        + " etc/io.sirsi.scheduler.cfg in the data folder), and abandoned after that time again.")
public final class TaskCancel extends HypervisorCommand {

    @Argument(name = "task", description = "The task", required = true)
    @Completion(TaskIds.class)
    private String task = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        TaskId id = Ids.task(task);
        boolean cancelled = hypervisor.cancelTask(id);
        return say(
                cancelled ? after(hypervisor, id) : "it had ended already", "cancelled", cancelled);
    }

    private static String after(Hypervisor hypervisor, TaskId id) {
        try {
            if (hypervisor.task(id).state() instanceof TaskState.Running running) {
                return "asked to stop: the agent '"
                        + running.agent()
                        + "' still runs it, is interrupted if it does not stop soon, and is not waited for"
                        + " after that; task:watch "
                        + id
                        + " shows the end";
            }
        } catch (RefusedException mayNotLook) {
            // Who may call off need not be allowed to look.
        }
        return "called off";
    }
}
