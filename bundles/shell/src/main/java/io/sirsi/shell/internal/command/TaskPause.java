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

/** Keeps a task, a session or everything from starting; what runs goes on. */
@Service
@Command(
        scope = "task",
        name = "pause",
        description = "Keeps a task, a session or everything from starting; what runs goes on",
        detailedDescription =
                "task:pause --session s-... is the same as session:suspend: what is submitted to the session meanwhile is"
                        + " refused, and task:resume --session s-... or session:resume s-... undoes it. task:resume t-... undoes"
                        + " the pause of a task, task:resume --all that of everything; --all needs session:any.")
public final class TaskPause extends HypervisorCommand {

    @Argument(name = "task", description = "The task", required = false)
    @Completion(TaskIds.class)
    private @Nullable String task;

    @Option(
            name = "--session",
            description =
                    "All tasks of this session, which refuses submissions until it is resumed")
    @Completion(SessionIds.class)
    private @Nullable String sessionId;

    @Option(name = "--all", description = "All tasks of all sessions")
    private boolean all;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        OneOf.check("a task, --session or --all", task != null, sessionId != null, all);
        if (task != null) {
            boolean waits = hypervisor.pauseTask(Ids.task(task));
            return say(waits ? "paused " + task : "it had ended already", "paused", waits);
        }
        if (sessionId != null) {
            hypervisor.suspendSession(Ids.session(sessionId));
            return say(
                    "suspended "
                            + sessionId
                            + ", which takes no submissions meanwhile; task:resume --session "
                            + sessionId
                            + " lets it go on",
                    "paused",
                    sessionId);
        }
        hypervisor.pauseTasks();
        return say("paused everything; task:resume --all lets it go on", "paused", "all");
    }
}
