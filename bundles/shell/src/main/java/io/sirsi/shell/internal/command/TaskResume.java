package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.OneOf;
import io.sirsi.shell.internal.completion.SessionIds;
import io.sirsi.shell.internal.completion.TaskIds;
import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Lets a task, a session or everything start again. */
@Service
@Command(
        scope = "task",
        name = "resume",
        description = "Lets a task, a session or everything start again",
        detailedDescription = "Example: task:resume t-...; task:resume --all needs session:any.")
public final class TaskResume extends HypervisorCommand {

    @Argument(name = "task", description = "The task", required = false)
    @Completion(TaskIds.class)
    private @Nullable String task;

    @Option(name = "--session", description = "All tasks of this session")
    @Completion(SessionIds.class)
    private @Nullable String sessionId;

    @Option(name = "--all", description = "All tasks of all sessions")
    private boolean all;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        OneOf.check("a task, --session or --all", task != null, sessionId != null, all);
        if (task != null) {
            boolean waited = hypervisor.resumeTask(Ids.task(task));
            return say(waited ? "resumed " + task : "it was not paused", "resumed", waited);
        }
        if (sessionId != null) {
            hypervisor.resumeSession(Ids.session(sessionId));
            return say("resumed " + sessionId, "resumed", sessionId);
        }
        hypervisor.resumeTasks();
        return say("resumed everything that is not paused by itself", "resumed", "all");
    }
}
