package io.sirsi.shell.internal.command;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.session.SessionId;
import io.sirsi.shell.internal.HypervisorCommand;
import io.sirsi.shell.internal.Ids;
import io.sirsi.shell.internal.Sleeper;
import io.sirsi.shell.internal.TaskTypesKnown;
import io.sirsi.shell.internal.TaskWait;
import io.sirsi.shell.internal.TaskWishes;
import io.sirsi.shell.internal.Views;
import io.sirsi.shell.internal.completion.AgentIds;
import io.sirsi.shell.internal.completion.AgentTypeNames;
import io.sirsi.shell.internal.completion.Capabilities;
import io.sirsi.shell.internal.completion.LimitKeys;
import io.sirsi.shell.internal.completion.Priorities;
import io.sirsi.shell.internal.completion.SessionIds;
import io.sirsi.shell.internal.completion.TaskIds;
import io.sirsi.shell.internal.completion.TaskTypes;
import io.sirsi.shell.internal.completion.ZoneNames;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import io.sirsi.task.TaskState;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;

/** Submits a task. */
@Service
@Command(
        scope = "task",
        name = "submit",
        description = "Submits a task: on disk when this returns, unless it is volatile",
        detailedDescription = "classpath:task-submit.txt")
public final class TaskSubmit extends HypervisorCommand {

    @Argument(name = "type", description = "The type, as agent:types lists them", required = true)
    @Completion(TaskTypes.class)
    private String type = "";

    @Option(name = "--session", description = "Needed: whose it is, as session:list shows them")
    @Completion(SessionIds.class)
    private @Nullable String sessionId;

    @Option(name = "--agent", description = "Only this agent may run it")
    @Completion(AgentIds.class)
    private @Nullable String agent;

    @Option(name = "--prefer-agent", description = "This agent had better run it")
    @Completion(AgentIds.class)
    private @Nullable String preferAgent;

    @Option(
            name = "--forbid-agent",
            description = "This agent may not run it; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(AgentIds.class)
    private List<String> forbiddenAgents = List.of();

    @Option(name = "--agent-type", description = "Only agents of this type may run it")
    @Completion(AgentTypeNames.class)
    private @Nullable String agentType;

    @Option(name = "--prefer-type", description = "An agent of this type had better run it")
    @Completion(AgentTypeNames.class)
    private @Nullable String preferType;

    @Option(
            name = "--forbid-type",
            description = "Agents of this type may not run it; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(AgentTypeNames.class)
    private List<String> forbiddenTypes = List.of();

    @Option(
            name = "--require",
            description = "A capability that the agent must have; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(Capabilities.class)
    private List<String> required = List.of();

    @Option(
            name = "--prefer",
            description = "A capability that the agent had better have; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(Capabilities.class)
    private List<String> preferred = List.of();

    @Option(
            name = "--forbid",
            description = "A capability that the agent must not have; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(Capabilities.class)
    private List<String> forbidden = List.of();

    @Option(
            name = "--co-locate",
            description = "A name: all tasks of the session with this name run on one agent")
    private @Nullable String coLocate;

    @Option(
            name = "--spread",
            description = "A name: tasks of the session with this name run on different agents")
    private @Nullable String spread;

    @Option(name = "--priority", description = "low, normal, high, critical or emergency")
    @Completion(Priorities.class)
    private String priority = "normal";

    @Option(
            name = "--after",
            description = "A task that must succeed before; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(TaskIds.class)
    private List<String> parents = List.of();

    @Option(
            name = "--after-any",
            description = "A task that must end before, however it ends; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(TaskIds.class)
    private List<String> endedParents = List.of();

    @Option(
            name = "--join",
            description = "all: wait for all tasks before it; any: for the first that ends so",
            valueToShowInHelp = "all")
    @Completion(
            value = StringsCompleter.class,
            values = {"all", "any"})
    private @Nullable String join;

    @Option(
            name = "--on-parent-failure",
            description =
                    "When a task before it does not end as it should: cancel it; skip it, so that what waits for it goes on; or run it all the same",
            valueToShowInHelp = "cancel")
    @Completion(
            value = StringsCompleter.class,
            values = {"cancel", "skip", "run"})
    private @Nullable String onParentFailure;

    @Option(
            name = "--timeout",
            description = "The longest run, such as 30m",
            valueToShowInHelp = "10m")
    private @Nullable String timeout;

    @Option(
            name = "--queue-timeout",
            description = "The longest wait for its first start once it is ready, such as 1h")
    private @Nullable String queueTimeout;

    @Option(
            name = "--heartbeat-timeout",
            description = "A run that gives no sign of life for so long has failed, such as 1m")
    private @Nullable String heartbeatTimeout;

    @Option(
            name = "--retry-attempts",
            description = "How often it is tried in all, 1 to 100",
            valueToShowInHelp = "3")
    private @Nullable String retryAttempts;

    @Option(
            name = "--retry-delay",
            description = "The longest wait after the first attempt, such as 1s",
            valueToShowInHelp = "500ms")
    private @Nullable String retryDelay;

    @Option(
            name = "--retry-max-delay",
            description =
                    "The longest wait between any two attempts, such as 5m; not shorter than --retry-delay",
            valueToShowInHelp = "30s")
    private @Nullable String retryMaxDelay;

    @Option(
            name = "--retry-backoff",
            description =
                    "How the wait grows: fixed; exponential, which doubles it; full_jitter, which doubles it and takes a random part",
            valueToShowInHelp = "full_jitter")
    @Completion(
            value = StringsCompleter.class,
            values = {"fixed", "exponential", "full_jitter"})
    private @Nullable String retryBackoff;

    @Option(name = "--delay", description = "Start no sooner than so long from now, such as 30s")
    private @Nullable String delay;

    @Option(
            name = "--at",
            description =
                    "Start no sooner than this time, such as 2026-12-01T04:00:00Z, or without the Z in"
                            + " --zone")
    private @Nullable String at;

    @Option(
            name = "--every",
            description =
                    "Come again at this distance, such as 15m; the first run is after one distance")
    private @Nullable String every;

    @Option(
            name = "--cron",
            description =
                    "Come again at these times: minute, hour, day of month, month, day of week, such as"
                            + " '0 3 * * 1-5'")
    private @Nullable String cron;

    @Option(
            name = "--zone",
            description =
                    "Whose hours --cron and --at mean, such as Europe/Berlin; the node's if not given")
    @Completion(ZoneNames.class)
    private @Nullable String zone;

    @Option(
            name = "--misfire",
            description =
                    "What happens to times of --cron or --every that were missed: fire_once for all of them, skip them, or fire_all",
            valueToShowInHelp = "fire_once")
    @Completion(
            value = StringsCompleter.class,
            values = {"fire_once", "skip", "fire_all"})
    private @Nullable String misfire;

    @Option(
            name = "--at-most-once",
            description = "Never run it twice; after a crash during its run it ends as Unknown")
    private boolean atMostOnce;

    @Option(
            name = "--volatile",
            description =
                    "Keep it in memory only; it ends with the scheduler's restart, and so with the node")
    private boolean inMemory;

    @Option(
            name = "--limit-key",
            description =
                    "Share the limits of this key, such as aws/123456789012/eu-west-1/ec2; at most four. The limits are in etc/io.sirsi.scheduler.cfg of the data folder",
            multiValued = true,
            valueToShowInHelp = "")
    @Completion(LimitKeys.class)
    private List<String> limitKeys = List.of();

    @Option(
            name = "--input",
            description =
                    "A named value that goes in, as key=value, such as host=example.org; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    private List<String> input = List.of();

    @Option(name = "--input-json", description = "JSON that goes in, instead of named values")
    private @Nullable String inputJson;

    @Option(
            name = "--label",
            description = "A label, as key=value; may be repeated",
            multiValued = true,
            valueToShowInHelp = "")
    private List<String> labels = List.of();

    @Option(
            name = "--key",
            description =
                    "Makes a second submission with the same key in the session the same task, such as nightly-2026-12-01")
    private @Nullable String idempotencyKey;

    @Option(
            name = "--trace-parent",
            description = "The trace that it is part of, as in W3C Trace Context")
    private @Nullable String traceParent;

    @Option(
            name = "--unknown-type",
            description = "Submit it although no agent runs this type now, and let it wait for one")
    private boolean unknownType;

    @Option(
            name = "--wait",
            description =
                    "Wait for its end, and say on the error stream what it waits for itself; exit code 1 if it does not succeed")
    private boolean wait;

    @Override
    protected int run(Hypervisor hypervisor) throws IOException, InterruptedException {
        SessionId session = Ids.session(needed(sessionId));
        TaskSpec spec = wishes().spec(type);
        if (!unknownType) {
            TaskTypesKnown.check(hypervisor, Set.of(type));
        }
        TaskId task = hypervisor.submitTask(session, spec);
        if (!wait) {
            return say("submitted " + task, "task", task);
        }
        TaskSnapshot ended =
                new TaskWait(hypervisor, err(), Clock.systemUTC(), Sleeper.REAL).until(task);
        print(Views.TASK_DETAIL, ended);
        return ended.state() instanceof TaskState.Succeeded ? 0 : 1;
    }

    private TaskWishes wishes() {
        return new TaskWishes()
                .wish("agent", agent)
                .wish("prefer-agent", preferAgent)
                .wish("forbid-agent", forbiddenAgents)
                .wish("agent-type", agentType)
                .wish("prefer-type", preferType)
                .wish("forbid-type", forbiddenTypes)
                .wish("require", required)
                .wish("prefer", preferred)
                .wish("forbid", forbidden)
                .wish("co-locate", coLocate)
                .wish("spread", spread)
                .wish("priority", priority)
                .wish("after", parents)
                .wish("after-any", endedParents)
                .wish("join", join)
                .wish("on-parent-failure", onParentFailure)
                .wish("timeout", timeout)
                .wish("queue-timeout", queueTimeout)
                .wish("heartbeat-timeout", heartbeatTimeout)
                .wish("retry-attempts", retryAttempts)
                .wish("retry-delay", retryDelay)
                .wish("retry-max-delay", retryMaxDelay)
                .wish("retry-backoff", retryBackoff)
                .wish("delay", delay)
                .wish("at", at)
                .wish("every", every)
                .wish("cron", cron)
                .wish("zone", zone)
                .wish("misfire", misfire)
                .wish("at-most-once", atMostOnce)
                .wish("volatile", inMemory)
                .wish("limit-key", limitKeys)
                .wish("input", input)
                .wish("input-json", inputJson)
                .wish("label", labels)
                .wish("key", idempotencyKey)
                .wish("trace-parent", traceParent);
    }
}
