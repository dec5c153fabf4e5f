package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.session.SessionId;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.SentFile;
import io.sirsi.shell.internal.SubmittedTask;
import io.sirsi.shell.internal.TaskGraphs;
import io.sirsi.shell.internal.TaskTypesKnown;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.SessionIds;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

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
                        + " objects; what may be repeated is a list. Example: task:submit-graph --session s-..."
                        + " '[{\"name\":\"a\",\"type\":\"dns.lookup\",\"input\":{\"host\":\"localhost\"}},"
                        + "{\"name\":\"b\",\"type\":\"dns.lookup\",\"input\":{\"host\":\"example.org\"},\"after\":[\"a\"]}]'"
                        + "\n\nA graph in a file: ./sirsi exec --file graph.json 'task:submit-graph --session s-...'. The file is"
                        + " read where you are and with your rights, and may have 16 MiB.")
public final class TaskSubmitGraph extends HypervisorCommand {

    @Argument(
            name = "graph",
            description =
                    "The graph as JSON, in single quotes; none where ./sirsi exec --file sends a file",
            required = false)
    private @Nullable String graph;

    @Option(name = "--session", description = "Needed: whose they are, as session:list shows them")
    @Completion(SessionIds.class)
    private @Nullable String sessionId;

    @Option(
            name = "--file",
            description =
                    "Goes before the command: ./sirsi exec --file graph.json 'task:submit-graph ...'")
    private @Nullable String file;

    @Option(
            name = "--unknown-type",
            description = "Submit it although no agent runs some of its types now")
    private boolean unknownType;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException {
        SessionId session = Ids.session(needed(sessionId));
        TaskGraph parsed = TaskGraphs.parse(text());
        if (!unknownType) {
            Set<String> types =
                    IntStream.range(0, parsed.size())
                            .mapToObj(place -> parsed.spec(place).type())
                            .collect(Collectors.toSet());
            TaskTypesKnown.check(hypervisor, types);
        }
        List<TaskId> tasks = hypervisor.submitTasks(session, parsed);
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

    private String text() {
        Optional<SentFile> sent = SentFile.take(session());
        if (file != null) {
            throw new IllegalArgumentException(
                    "the node reads no file; write --file before the command, and ./sirsi reads it:"
                            + " ./sirsi exec --file "
                            + file
                            + " 'task:submit-graph --session "
                            + sessionId
                            + "'.");
        }
        if (sent.isPresent() == (graph != null)) {
            throw new IllegalArgumentException(
                    "write the graph as JSON, or send a file with ./sirsi exec --file graph.json"
                            + " 'task:submit-graph --session "
                            + sessionId
                            + "'; there were "
                            + (graph == null ? "neither." : "both."));
        }
        return sent.map(SentFile::text).orElse(String.valueOf(graph));
    }
}
