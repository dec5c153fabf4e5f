package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.TaskIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows a task. */
@Service
@Command(
        scope = "task",
        name = "show",
        description = "Shows a task: where it is, what was wished, what went in, what came out",
        detailedDescription =
                "Why it is not running says task:why; what it does now shows task:watch.")
public final class TaskShow extends HypervisorCommand {

    @Argument(name = "task", description = "The task", required = true)
    @Completion(TaskIds.class)
    private String task = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        return print(Views.TASK_DETAIL, hypervisor.task(Ids.task(task)));
    }
}
