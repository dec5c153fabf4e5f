package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.shell.internal.Durations;
import io.sirsi.shell.internal.EnumNames;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.KeyValues;
import io.sirsi.shell.internal.TaskWait;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.AgentIds;
import io.sirsi.shell.internal.completion.Priorities;
import io.sirsi.shell.internal.completion.SessionIds;
import io.sirsi.shell.internal.completion.TaskIds;
import io.sirsi.shell.internal.completion.TaskTypes;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Payload;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Submits a task. */
@Service
@Command(
        scope = "task",
        name = "submit",
        description = "Submits a task",
        detailedDescription =
                "Example: task:submit --session s-... --agent inventory-... --priority high --timeout 5m --wait cloud.summary")
public final class TaskSubmit extends HypervisorCommand {

    @Argument(name = "type", description = "The type, as agent:types lists them", required = true)
    @Completion(TaskTypes.class)
    private String type = "";

    @Option(name = "--session", description = "Whose it is", required = true)
    @Completion(SessionIds.class)
    private String sessionId = "";

    @Option(name = "--agent", description = "Only this agent may run it")
    @Completion(AgentIds.class)
    private @Nullable String agent;

    @Option(
            name = "--require",
            description = "A capability that the agent must have; may be repeated",
            multiValued = true)
    private List<String> capabilities = List.of();

    @Option(name = "--priority", description = "low, normal, high, critical or emergency")
    @Completion(Priorities.class)
    private String priority = "normal";

    @Option(
            name = "--after",
            description = "A task that must succeed before; may be repeated",
            multiValued = true)
    @Completion(TaskIds.class)
    private List<String> parents = List.of();

    @Option(name = "--timeout", description = "The longest run, such as 30m")
    private @Nullable String timeout;

    @Option(
            name = "--input",
            description = "A named value that goes in, as key=value; may be repeated",
            multiValued = true)
    private List<String> input = List.of();

    @Option(name = "--input-json", description = "JSON that goes in, instead of named values")
    private @Nullable String inputJson;

    @Option(
            name = "--label",
            description = "A label, as key=value; may be repeated",
            multiValued = true)
    private List<String> labels = List.of();

    @Option(
            name = "--key",
            description = "Makes a second submission with the same key the same task")
    private @Nullable String idempotencyKey;

    @Option(name = "--wait", description = "Wait for its end; exit code 1 if it does not succeed")
    private boolean wait = false;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException, InterruptedException {
        requireKnownType(hypervisor);
        TaskId task = hypervisor.submitTask(Ids.session(sessionId), spec());
        if (!wait) {
            return say("submitted " + task, "task", task);
        }
        TaskSnapshot ended = TaskWait.until(hypervisor, task);
        print(Views.TASK_DETAIL, ended);
        return ended.state() instanceof TaskState.Succeeded ? 0 : 1;
    }

    /**
     * A task that no type of agent runs would wait for ever; a person who typed it made a mistake.
     */
    private void requireKnownType(Hypervisor hypervisor) {
        Set<String> known = new TreeSet<>();
        hypervisor.agentTypes().forEach(agentType -> known.addAll(agentType.taskTypes()));
        if (!known.contains(type)) {
            throw new IllegalArgumentException(
                    "no type of agent runs '"
                            + type
                            + "' now; known: "
                            + String.join(", ", known)
                            + ".");
        }
    }

    private TaskSpec spec() {
        TaskSpec spec =
                TaskSpec.of(type)
                        .priority(EnumNames.parse(Priority.class, "priority", priority))
                        .input(
                                inputJson == null
                                        ? Payload.fields(KeyValues.parse(input))
                                        : Payload.json(inputJson));
        if (agent != null) {
            spec = spec.constraint(AgentConstraint.named(Ids.agent(agent)));
        }
        for (String capability : capabilities) {
            spec = spec.constraint(AgentConstraint.requireCapability(capability));
        }
        for (String parent : parents) {
            spec = spec.after(Ids.task(parent));
        }
        for (var label : KeyValues.parse(labels).entrySet()) {
            spec = spec.label(label.getKey(), label.getValue());
        }
        if (timeout != null) {
            spec = spec.timeout(Durations.parse(timeout));
        }
        return idempotencyKey == null ? spec : spec.idempotencyKey(idempotencyKey);
    }
}
