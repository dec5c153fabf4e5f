package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.StandardInput;
import io.sirsi.shell.internal.SubmittedTask;
import io.sirsi.shell.internal.TaskGraphs;
import io.sirsi.shell.internal.TaskTypesKnown;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.SessionIds;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Submits tasks that depend on each other, all or none. */
@Service
@Command(
        scope = "task",
        name = "submit-graph",
        description = "Submits tasks that depend on each other, all or none",
        detailedDescription =
                "The graph is a JSON array of objects, one a task: type (needed), name, and any option of task:submit by"
                        + " its name without dashes, such as priority, timeout, after-any, retry-attempts, limit-key. after"
                        + " and after-any name tasks of the graph, or ids of tasks that are there; input and label are"
                        + " objects; what may be repeated is a list. A file from the command line: ./sirsi exec \"task:submit-graph --session"
                        + " s-... '$(cat graph.json)'\". Example: task:submit-graph --session s-..."
                        + " '[{\"name\":\"a\",\"type\":\"cloud.identify\"},{\"name\":\"b\",\"type\":\"cloud.summary\",\"after\":[\"a\"]}]'")
public final class TaskSubmitGraph extends HypervisorCommand {

    @Argument(
            name = "graph",
            description = "The graph as JSON, in single quotes; left out with --pipe")
    private String graph = "";

    @Option(name = "--session", description = "Whose they are", required = true)
    @Completion(SessionIds.class)
    private String sessionId = "";

    @Option(
            name = "--pipe",
            description =
                    "Read it from a pipe of the shell, or the input of ssh: cat file:/tmp/graph.json |"
                            + " task:submit-graph --session s-... --pipe")
    private boolean pipe;

    @Option(
            name = "--unknown-type",
            description = "Submit it although no agent runs some of its types now")
    private boolean unknownType;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        if (pipe != graph.isEmpty()) {
            throw new IllegalArgumentException(
                    "a graph comes as JSON in single quotes, or with --pipe through a pipe; write one"
                            + " of both.");
        }
        TaskGraph parsed = TaskGraphs.parse(pipe ? StandardInput.text(System.in) : graph);
        if (!unknownType) {
            Set<String> types =
                    IntStream.range(0, parsed.size())
                            .mapToObj(place -> parsed.spec(place).type())
                            .collect(Collectors.toSet());
            TaskTypesKnown.check(hypervisor, types);
        }
        List<TaskId> tasks = hypervisor.submitTasks(Ids.session(sessionId), parsed);
        return print(
                Views.SUBMITTED,
                IntStream.range(0, tasks.size())
                        .mapToObj(
                                place ->
                                        new SubmittedTask(
                                                parsed.name(place),
                                                parsed.spec(place).type(),
                                                tasks.get(place)))
                        .toList());
    }
}
