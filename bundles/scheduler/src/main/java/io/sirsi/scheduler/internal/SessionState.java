package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the scheduler knows of a session. Guarded by the engine's baton. */
final class SessionState {

    /** How many kinds are found by a look, a power of two. */
    private static final int LATELY = 16;

    final SessionId id;

    /** Its part of what is shared, beside those of the others; from 1. */
    int weight = 1;

    /** How much it has had of what is shared, divided by its weight. */
    double share;

    /** By whom it is paused; null if it is not. */
    @Nullable String pausedBy;

    /** How many of its tasks are not forgotten, and how many of these have not ended. */
    int live;

    int unfinished;

    final Map<TaskSpec, TaskKind> kinds = new HashMap<>();
    private final @Nullable TaskKind[] lately = new TaskKind[LATELY];
    final Map<Demand.Key, Demand> demands = new LinkedHashMap<>();
    final List<AgentView> agents = new ArrayList<>();

    /** Demands that have both a task and an agent with a place. */
    final List<Demand> offered = new ArrayList<>();

    /** Demands with tasks and places that do not fit each other for now. */
    final Set<Demand> stalled = new HashSet<>();

    /** Whether it is among those that have something to offer. */
    boolean active;

    /** Unfinished and remembered tasks by their key. */
    final Map<String, TaskEntry> keys = new HashMap<>();

    private final Map<String, AgentView> pins = new HashMap<>();
    private final Map<String, Map<AgentView, Integer>> groups = new HashMap<>();

    SessionState(SessionId id) {
        this.id = id;
    }

    /** {@return the kind of a shape, usually one of those that were asked for lately} */
    @Nullable TaskKind kindOf(TaskSpec base) {
        int place = base.hashCode() & (LATELY - 1);
        TaskKind kind = lately[place];
        if (kind == null || !kind.spec.equals(base)) {
            kind = kinds.get(base);
            lately[place] = kind;
        }
        return kind;
    }

    void addKind(TaskKind kind) {
        kinds.put(kind.spec, kind);
    }

    void removeKind(TaskKind kind) {
        kinds.remove(kind.spec);
        Arrays.fill(lately, null);
    }

    // ---- groups ----

    /** {@return the agent on which a group runs; null if it may be any} */
    @Nullable AgentView pinned(String group) {
        AgentView view = pins.get(group);
        return view == null || view.gone ? null : view;
    }

    void pin(String group, AgentView view) {
        pins.put(group, view);
    }

    void unpin(AgentView view) {
        pins.values().removeIf(view::equals);
    }

    boolean runsGroup(String group, AgentView view) {
        Map<AgentView, Integer> members = groups.get(group);
        return members != null && members.containsKey(view);
    }

    void groupStarted(String group, AgentView view) {
        groups.computeIfAbsent(group, name -> new HashMap<>()).merge(view, 1, Integer::sum);
    }

    void groupEnded(String group, AgentView view) {
        Map<AgentView, Integer> members = groups.get(group);
        if (members != null) {
            members.computeIfPresent(view, (agent, count) -> count > 1 ? count - 1 : null);
            if (members.isEmpty()) {
                groups.remove(group);
            }
        }
    }

    boolean idle() {
        return live == 0 && agents.isEmpty() && pausedBy == null && weight == 1;
    }
}
