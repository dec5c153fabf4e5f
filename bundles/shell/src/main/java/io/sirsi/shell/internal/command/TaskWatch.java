package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.TaskStream;
import io.sirsi.shell.internal.completion.TaskIds;
import io.sirsi.task.TaskState;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Shows what happens to a task until it ends. */
@Service
@Command(
        scope = "task",
        name = "watch",
        description =
                "Shows what a task does, says and becomes, until it ends; exit code 1 if it does not succeed",
        detailedDescription =
                "Ctrl-C ends the watch; the task goes on. With --json each line is an object: event (state, waits, started, progress,"
                        + " log, attemptFailed, missed, finished), at, and what belongs to it.")
public final class TaskWatch extends HypervisorCommand {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @Argument(name = "task", description = "The task", required = true)
    @Completion(TaskIds.class)
    private String task = "";

    @Override
    protected int run(Hypervisor hypervisor) throws IOException, InterruptedException {
        TaskStream stream = new TaskStream(hypervisor, out(), json(), PATIENCE, Clock.systemUTC());
        return stream.follow(Ids.task(task)).state() instanceof TaskState.Succeeded ? 0 : 1;
    }
}
