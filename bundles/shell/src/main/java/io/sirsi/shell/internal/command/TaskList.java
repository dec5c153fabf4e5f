package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.KeyValues;
import io.sirsi.shell.internal.ListedTask;
import io.sirsi.shell.internal.TaskStateNames;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.SessionIds;
import io.sirsi.shell.internal.completion.TaskStates;
import io.sirsi.task.TaskQuery;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Lists tasks. */
@Service
@Command(
        scope = "task",
        name = "list",
        description =
                "Lists tasks, newest first: those that wait or run, and those that have ended",
        detailedDescription =
                "Ended tasks are listed for as long as the node keeps them. What a waiting task waits for is said of the first"
                        + " hundred; task:why says it of any. Example: task:list --state Failed --state TimedOut --limit 20")
public final class TaskList extends HypervisorCommand {

    @Option(name = "--session", description = "Only those of this session")
    @Completion(SessionIds.class)
    private @Nullable String sessionId;

    @Option(
            name = "--state",
            description = "Only those in this state, such as Running; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(TaskStates.class)
    private List<String> states = List.of();

    @Option(
            name = "--label",
            description = "Only those with this label, as key=value; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    private List<String> labels = List.of();

    @Option(name = "--limit", description = "How many at most")
    private int limit = 50;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        Set<String> wanted = TaskStateNames.parse(states);
        return print(
                Views.LISTED_TASK,
                ListedTask.of(
                        hypervisor,
                        hypervisor.tasks(
                                new TaskQuery(
                                        Optional.ofNullable(sessionId).map(Ids::session),
                                        wanted,
                                        KeyValues.parse(labels),
                                        limit))));
    }
}
