package io.sirsi.shell.internal.command;

import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.session.SessionId;
import io.sirsi.session.SessionState;
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
            SessionId id = Ids.session(sessionId);
            boolean went = isActive(hypervisor, id);
            hypervisor.resumeSession(id);
            return say(
                    went ? "it was not paused" : "resumed " + sessionId,
                    "resumed",
                    went ? (Object) false : sessionId);
        }
        hypervisor.resumeTasks();
        return say(
                "everything may start that is not paused by itself or with its session",
                "resumed",
                "all");
    }

    private static boolean isActive(Hypervisor hypervisor, SessionId id) {
        try {
            return hypervisor.session(id).state() == SessionState.ACTIVE;
        } catch (RefusedException mayNotLook) {
            // Who may resume need not be allowed to look; the resumption says what is wrong.
            return false;
        }
    }
}
