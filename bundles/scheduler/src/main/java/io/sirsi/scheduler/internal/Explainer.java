package io.sirsi.scheduler.internal;

import io.sirsi.agent.AgentDescriptor;
import io.sirsi.agent.AgentSnapshot;
import io.sirsi.agent.AgentState;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Explanation;
import io.sirsi.task.Explanation.Action;
import io.sirsi.task.Explanation.Change;
import io.sirsi.task.Explanation.Kind;
import io.sirsi.task.Explanation.Reason;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says why a task is not running. Each reason is looked up where it is decided, so that the answer
 * is the one by which the scheduler acts. Under the engine's baton.
 */
final class Explainer {

    private static final int MOST_NAMES = 8;

    /** A chain of more tasks is shortened in the sentence. */
    private static final int MOST_LINKS = 10_000;

    private final TaskLife life;
    private final MonotonicWall times;
    private final List<Reason> reasons = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    Explainer(TaskLife life, MonotonicWall times) {
        this.life = life;
        this.times = times;
    }

    /** {@return why one of the past does not run} */
    static Explanation ended(TaskSnapshot task) {
        TaskState.Ended end = (TaskState.Ended) task.state();
        String why = detail(end);
        String sentence =
                "it ended as " + end.name() + " at " + end.at() + (why.isEmpty() ? "" : ": " + why);
        return new Explanation(
                task,
                sentence,
                List.of(new Reason(Kind.ENDED, sentence, List.of(), Optional.empty())),
                again(task, end));
    }

    private static Optional<Change> again(TaskSnapshot task, TaskState.Ended end) {
        if (end instanceof TaskState.Succeeded) {
            return Optional.empty();
        }
        return Optional.of(
                new Change(
                        Action.RESUBMIT,
                        end instanceof TaskState.Unknown
                                ? "look whether it took effect, and submit it again if it did not"
                                : "submit it again with all that it was asked for, if it is to run"
                                        + " again",
                        List.of(task.spec().type())));
    }

    /** {@return the same of one whose series goes on} */
    static Explanation goesOn(Explanation ended, TaskId next) {
        String sentence =
                ended.sentence()
                        + "; its series goes on as "
                        + next
                        + ", and cancelling either ends the series";
        return new Explanation(
                ended.task(),
                sentence,
                List.of(new Reason(Kind.ENDED, sentence, List.of(next.value()), Optional.empty())),
                Optional.empty());
    }

    private static String detail(TaskState.Ended end) {
        if (end instanceof TaskState.Failed failed) {
            return failed.failure().sentence();
        }
        if (end instanceof TaskState.Cancelled cancelled) {
            return cancelled.reason();
        }
        if (end instanceof TaskState.TimedOut late) {
            return late.sentence();
        }
        if (end instanceof TaskState.Quarantined quarantined) {
            return quarantined.failure().sentence();
        }
        return end instanceof TaskState.Unknown unknown ? unknown.sentence() : "";
    }

    Explanation explain(TaskEntry entry) {
        TaskSnapshot task = entry.snapshot(times);
        if (entry.ended()) {
            return ended(
                    new TaskSnapshot(
                            task.id(),
                            task.session(),
                            task.spec(),
                            entry.end(),
                            task.submittedAt()));
        }
        Attempt attempt = entry.attempt;
        if (entry.phase == Phase.RUNNING && attempt != null && attempt.handedOver) {
            String sentence =
                    "it runs: attempt "
                            + attempt.number
                            + " on the agent '"
                            + attempt.view.id()
                            + "' since "
                            + attempt.startedAt();
            return new Explanation(
                    task,
                    sentence,
                    List.of(
                            new Reason(
                                    Kind.RUNNING,
                                    sentence,
                                    List.of(attempt.view.id().value()),
                                    Optional.empty())),
                    Optional.empty());
        }
        collect(entry);
        if (reasons.isEmpty()) {
            add(
                    Kind.BEHIND_OTHERS,
                    "it is about to be handed to an agent",
                    List.of(),
                    Optional.of(times.instant()));
        }
        return new Explanation(
                task, "it does not run yet: " + reasons.get(0).sentence(), reasons, change());
    }

    /** One step is the change; where several are needed, the sentence names them in order. */
    private Optional<Change> change() {
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        Change first = changes.get(0);
        if (changes.size() == 1) {
            return Optional.of(first);
        }
        StringBuilder all = new StringBuilder(first.sentence());
        for (Change next : changes.subList(1, changes.size())) {
            all.append("; then ").append(next.sentence());
        }
        return Optional.of(new Change(first.action(), all.toString(), first.subjects()));
    }

    private void add(Kind kind, String sentence, List<String> subjects, Optional<Instant> until) {
        reasons.add(new Reason(kind, sentence, subjects, until));
    }

    private void advise(Action action, String sentence, List<String> subjects) {
        changes.add(new Change(action, sentence, subjects));
    }

    private void collect(TaskEntry entry) {
        String standstill = life.standstill();
        if (!standstill.isEmpty()) {
            add(Kind.SCHEDULER, standstill, List.of(), Optional.empty());
            advise(Action.MEND_STORAGE, "free the disk, or restart the scheduler", List.of());
        }
        if (entry.phase == Phase.COMING) {
            add(Kind.NOT_ON_DISK, "it is on its way to the disk", List.of(), Optional.empty());
            return;
        }
        pauses(entry);
        dependencies(entry);
        times(entry);
        agents(entry);
    }

    private void pauses(TaskEntry entry) {
        TaskEntry.Rare rare = entry.rare;
        if (entry.paused && rare != null) {
            String by = rare.pausedBy == null ? "somebody" : rare.pausedBy;
            add(Kind.PAUSED, "it was paused by " + by, List.of(by), Optional.empty());
            advise(
                    Action.RESUME_TASK,
                    "resume it: task:resume " + entry.id(),
                    List.of(entry.id().value()));
        }
        SessionState session = entry.kind.session;
        if (session.pausedBy != null) {
            add(
                    Kind.PAUSED,
                    "its session starts nothing: " + session.pausedBy,
                    List.of(session.id.value()),
                    Optional.empty());
            advise(
                    Action.RESUME_SESSION,
                    "resume its session: session:resume " + session.id,
                    List.of(session.id.value()));
        }
        String by = life.matching.pausedBy;
        if (by != null) {
            add(Kind.PAUSED, "everything was paused by " + by, List.of(by), Optional.empty());
            advise(Action.RESUME_ALL, "resume everything: task:resume --all", List.of());
        }
    }

    // ---- other tasks ----

    private void dependencies(TaskEntry entry) {
        if (entry.phase != Phase.BLOCKED || entry.waiting == 0) {
            return;
        }
        List<TaskEntry> chain = chain(entry);
        TaskEntry root = chain.get(chain.size() - 1);
        List<String> names = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < chain.size(); i++) {
            names.add(chain.get(i).id().value());
            if (i == 0 || i == chain.size() - 1 || i < MOST_NAMES) {
                line.append(i == 0 ? "" : ", which waits for ").append(nameAndState(chain.get(i)));
            } else if (i == MOST_NAMES) {
                line.append(", which waits for ").append(chain.size() - 1 - i).append(" others");
            }
        }
        int others = entry.openParents().size() - 1;
        add(
                Kind.DEPENDENCY,
                "it waits for " + line + (others > 0 ? ", and for " + others + " other tasks" : ""),
                names,
                Optional.empty());
        Explanation why = new Explainer(life, times).explain(root);
        boolean runs = root.phase == Phase.RUNNING;
        advise(
                runs ? Action.WAIT : Action.UNBLOCK_TASK,
                runs
                        ? "wait until '" + root.id() + "' ends"
                        : "make '"
                                + root.id()
                                + "' run: "
                                + why.change().map(Change::sentence).orElse(why.sentence()),
                List.of(root.id().value()));
    }

    private List<TaskEntry> chain(TaskEntry entry) {
        List<TaskEntry> chain = new ArrayList<>();
        TaskEntry next = firstOpen(entry);
        while (next != null && chain.size() < MOST_LINKS) {
            chain.add(next);
            next = next.phase == Phase.BLOCKED && next.waiting > 0 ? firstOpen(next) : null;
        }
        return chain;
    }

    private static @Nullable TaskEntry firstOpen(TaskEntry entry) {
        for (TaskEntry one : entry.before) {
            if (!one.ended() || !one.settled) {
                return one;
            }
        }
        return null;
    }

    private String nameAndState(TaskEntry entry) {
        return "'" + entry.id() + "' (" + entry.state(times).name() + ")";
    }

    // ---- time ----

    private void times(TaskEntry entry) {
        TaskEntry.Rare rare = entry.rare;
        Instant until = rare == null ? null : rare.until;
        if (until == null) {
            return;
        }
        if (entry.phase == Phase.BLOCKED) {
            add(
                    Kind.NOT_BEFORE,
                    "it does not start before " + until,
                    List.of(),
                    Optional.of(until));
            advise(Action.WAIT, "wait until " + until, List.of());
        } else if (entry.phase == Phase.RETRY_WAIT && rare != null) {
            String last = rare.lastFailure == null ? "" : ": " + rare.lastFailure.sentence();
            add(
                    Kind.RETRY_WAIT,
                    "attempt "
                            + entry.attempts
                            + " failed"
                            + last
                            + "; the next may start at "
                            + until,
                    List.of(),
                    Optional.of(until));
            if (!until.isAfter(times.instant())) {
                Instant free =
                        times.wall(
                                life.attempts.budget(entry.kind.dependency).freeAt(life.turnNanos));
                add(
                        Kind.RETRY_BUDGET,
                        "too many tasks that depend on '"
                                + entry.kind.dependency
                                + "' are being retried",
                        List.of(entry.kind.dependency),
                        Optional.of(free));
            }
            advise(Action.WAIT, "wait for its next attempt", List.of());
        }
    }

    // ---- agents ----

    private void agents(TaskEntry entry) {
        Demand demand = entry.kind.demand;
        if (demand.candidates.isEmpty()) {
            noAgent(entry, demand);
            return;
        }
        if (entry.phase != Phase.READY) {
            return;
        }
        boolean place = demand.hasFreeAgent();
        if (!place) {
            busy(demand);
        } else if (demand.nextAgent() == null) {
            apart(demand);
        }
        boolean limited = limits(demand);
        if (!entry.paused) {
            line(entry, demand, place && !limited);
        }
    }

    private void noAgent(TaskEntry entry, Demand demand) {
        List<String> waiting = new ArrayList<>();
        AgentSnapshot typeless = null;
        boolean certain = false;
        for (AgentSnapshot agent : life.matching.seenAgents()) {
            if (agent.state().takesTasks() || !life.matching.wouldDo(demand, agent)) {
                continue;
            }
            boolean waits = life.matching.waitsForType(agent);
            boolean runs = life.matching.knows(agent.spec().type());
            if (waits && (typeless == null || (runs && !certain))) {
                typeless = agent;
            }
            certain |= runs;
            waiting.add(agent.id() + " (" + standing(agent, waits, runs) + ")");
        }
        if (!waiting.isEmpty()) {
            add(
                    Kind.AGENTS_NOT_READY,
                    (certain ? "those that could run it take" : "those that might run it take")
                            + " no tasks: "
                            + some(waiting),
                    waiting,
                    Optional.empty());
        }
        List<String> wishes = new ArrayList<>();
        for (AgentConstraint one : demand.key.constraints()) {
            if (!one.isPreference()) {
                wishes.add(one.describe());
            }
        }
        add(
                Kind.NO_AGENT,
                "its session has no agent that runs tasks of type '"
                        + demand.key.taskType()
                        + "'"
                        + (wishes.isEmpty() ? "" : " and is " + String.join(", ", wishes)),
                List.of(demand.key.taskType()),
                Optional.empty());
        if (typeless != null) {
            String type = typeless.spec().type().value();
            advise(
                    Action.INSTALL_AGENT_TYPE,
                    "bring back the agent type '"
                            + type
                            + "', which the agent '"
                            + typeless.id()
                            + "' waits for: start its bundle, or see in wasm:list what its module"
                            + " lacks"
                            + (certain
                                    ? ""
                                    : "; if it turns out to run no such tasks, install what does"),
                    List.of(type));
            return;
        }
        adviseAgent(entry, demand);
    }

    private static String standing(AgentSnapshot agent, boolean waits, boolean runs) {
        if (waits) {
            return "waits for its type '"
                    + agent.spec().type()
                    + (runs ? "'" : "', and what that runs is known when it is there");
        }
        return agent.state() == AgentState.INITIALIZING
                ? "Initializing; agent:show says what keeps it"
                : name(agent);
    }

    private static String name(AgentSnapshot agent) {
        String name = agent.state().name();
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    private void adviseAgent(TaskEntry entry, Demand demand) {
        Set<String> capabilities = new LinkedHashSet<>();
        String typeWanted = null;
        for (AgentConstraint one : demand.key.constraints()) {
            if (one instanceof AgentConstraint.RequireCapability require) {
                capabilities.add(require.capability());
            } else if (one instanceof AgentConstraint.OfType type) {
                typeWanted = type.type().value();
            } else if (one instanceof AgentConstraint.Named named) {
                advise(
                        Action.WAIT,
                        "wait until the agent '" + named.agent() + "' takes tasks",
                        List.of(named.agent().value()));
                return;
            }
        }
        for (AgentDescriptor type : life.matching.seenTypes()) {
            if (type.taskTypes().contains(demand.key.taskType())
                    && (typeWanted == null || typeWanted.equals(type.type().value()))
                    && offers(type, capabilities)) {
                capabilities.remove(type.type().value());
                advise(
                        Action.SPAWN_AGENT,
                        "spawn an agent of type '"
                                + type.type()
                                + "'"
                                + (capabilities.isEmpty()
                                        ? ""
                                        : " with the capability " + String.join(", ", capabilities))
                                + " in its session: agent:spawn --session "
                                + entry.kind.session.id
                                + " "
                                + type.type(),
                        List.of(type.type().value()));
                return;
            }
        }
        if (typeWanted != null && isThere(typeWanted)) {
            advise(
                    Action.RESUBMIT,
                    "cancel it and submit it without asking for the type '"
                            + typeWanted
                            + "', whose agents never run tasks of type '"
                            + demand.key.taskType()
                            + "' as it wants them",
                    List.of(demand.key.taskType()));
            return;
        }
        String missing =
                typeWanted != null
                        ? typeWanted
                        : capabilities.isEmpty()
                                ? demand.key.taskType()
                                : capabilities.iterator().next();
        String bundle =
                missing.contains(".") ? missing.substring(0, missing.indexOf('.')) : missing;
        advise(
                Action.INSTALL_AGENT_TYPE,
                "install what brings such agents, by its name the bundle io.sirsi."
                        + bundle
                        + ", or a module of WebAssembly; nothing installed does",
                List.of(bundle));
    }

    private boolean isThere(String type) {
        return life.matching.seenTypes().stream()
                .anyMatch(seen -> seen.type().value().equals(type));
    }

    private static boolean offers(AgentDescriptor type, Set<String> capabilities) {
        for (String capability : capabilities) {
            if (!type.offers().domains().contains(capability)
                    && !type.type().value().equals(capability)) {
                return false;
            }
        }
        return true;
    }

    private void busy(Demand demand) {
        List<String> names = new ArrayList<>();
        for (AgentView view : demand.candidates) {
            names.add(
                    view.id()
                            + (view.refused
                                    ? " (refused a moment ago)"
                                    : " ("
                                            + view.running
                                            + " of "
                                            + view.descriptor.concurrency()
                                            + ")"));
        }
        add(
                Kind.AGENTS_BUSY,
                "all agents that could run it are busy: " + some(names),
                names,
                Optional.empty());
        adviseToFree(demand.candidates);
    }

    private void adviseToFree(List<AgentView> views) {
        Optional<TaskEntry> victim = runningOn(views);
        advise(
                Action.CANCEL_TASK,
                victim.map(
                                other ->
                                        "wait for, or cancel, what runs there: task:cancel "
                                                + other.id())
                        .orElse("wait until one of them is free"),
                victim.map(other -> List.of(other.id().value())).orElse(List.of()));
    }

    private Optional<TaskEntry> runningOn(List<AgentView> views) {
        for (TaskEntry other = life.oldest; other != null; other = other.newer) {
            Attempt attempt = other.attempt;
            if (attempt != null && attempt.open && views.contains(attempt.view)) {
                return Optional.of(other);
            }
        }
        return Optional.empty();
    }

    /** There is an agent with a place, and its groups keep it from that. */
    private void apart(Demand demand) {
        String together = demand.coLocate;
        AgentView pinned = together == null ? null : demand.session.pinned(together);
        if (together != null && pinned != null && !demand.candidates.contains(pinned)) {
            astray(together, pinned);
        } else if (together != null && pinned != null && !pinned.hasPlace()) {
            add(
                    Kind.AGENTS_BUSY,
                    "the agent '"
                            + pinned.id()
                            + "', on which the group '"
                            + together
                            + "' runs, has no place",
                    List.of(together, pinned.id().value()),
                    Optional.empty());
            adviseToFree(List.of(pinned));
        } else {
            String group = String.valueOf(demand.spread);
            add(
                    Kind.AGENTS_BUSY,
                    "each agent with a place runs another task of the group '"
                            + group
                            + "' already",
                    List.of(group),
                    Optional.empty());
            advise(
                    Action.WAIT,
                    "wait until a task of the group '"
                            + group
                            + "' ends"
                            + (pinned == null ? ", or spawn another agent" : ""),
                    List.of(group));
        }
    }

    private void astray(String group, AgentView pinned) {
        add(
                Kind.NO_AGENT,
                "the agent '"
                        + pinned.id()
                        + "', on which the group '"
                        + group
                        + "' runs, cannot run it",
                List.of(group, pinned.id().value()),
                Optional.empty());
        advise(
                Action.WAIT,
                "wait until the agent '"
                        + pinned.id()
                        + "' is terminated, or submit it without the group",
                List.of(pinned.id().value()));
    }

    private boolean limits(Demand demand) {
        Optional<Gate.Block> block = demand.gate.blocking(life.turnNanos);
        if (block.isEmpty()) {
            return false;
        }
        Gate.Block limit = block.get();
        if (limit.byRate()) {
            Instant free = times.instant().plus(Duration.ofNanos(limit.freeInNanos()));
            add(
                    Kind.LIMIT,
                    "the rate of '"
                            + limit.key()
                            + "' ("
                            + limit.rule()
                            + ") lets the next one start at "
                            + free,
                    List.of(limit.key(), limit.rule()),
                    Optional.of(free));
            advise(Action.WAIT, "wait until " + free, List.of(limit.key()));
        } else {
            add(
                    Kind.LIMIT,
                    limit.running()
                            + " of "
                            + limit.most()
                            + " tasks that may run for '"
                            + limit.key()
                            + "' ("
                            + limit.rule()
                            + ") do",
                    List.of(limit.key(), limit.rule()),
                    Optional.empty());
            advise(
                    Action.RAISE_LIMIT,
                    "wait until one of them ends, or raise the limit '"
                            + limit.rule()
                            + "' in io.sirsi.scheduler.cfg",
                    List.of(limit.key(), limit.rule()));
        }
        return true;
    }

    private void line(TaskEntry entry, Demand demand, boolean nothingElse) {
        int before = 0;
        List<String> first = new ArrayList<>();
        long now = life.turnNanos;
        for (int level = 0; level < 5; level++) {
            for (TaskEntry other = demand.head(level); other != null; other = other.nextInLine) {
                if (other == entry || !life.matching.ageing().before(other, entry, now)) {
                    break;
                }
                before++;
                if (first.size() < MOST_NAMES) {
                    first.add(other.id().value());
                }
            }
        }
        if (before > 0) {
            add(
                    Kind.BEHIND_OTHERS,
                    before
                            + (before == 1 ? " task is" : " tasks are")
                            + " before it in line, with priority "
                            + entry.kind.spec.priority(),
                    first,
                    Optional.empty());
            if (nothingElse && changes.isEmpty()) {
                advise(Action.WAIT, "wait for its turn", List.of());
            }
        }
    }

    private static String some(List<String> names) {
        return names.size() <= MOST_NAMES
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, MOST_NAMES))
                        + " and "
                        + (names.size() - MOST_NAMES)
                        + " others";
    }
}
