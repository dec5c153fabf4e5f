package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All ready tasks that want the same of an agent, and the agents that have it. Which agents can
 * meet a demand is computed once per agent and demand, never per task: a hundred thousand tasks of
 * one kind are one demand. Guarded by the scheduler's lock.
 */
final class Demand {

    /**
     * What is wanted of an agent.
     *
     * @param session where it lives
     * @param taskType what it runs
     * @param constraints what else must hold, and what is preferred
     */
    record Key(SessionId session, String taskType, List<AgentConstraint> constraints) {

        static Key of(SessionId session, TaskSpec spec) {
            return new Key(session, spec.type(), spec.constraints());
        }

        boolean matches(AgentView view) {
            return view.session().equals(session)
                    && view.descriptor.taskTypes().contains(taskType)
                    && constraints.stream()
                            .allMatch(one -> one.isPreference() || one.matches(view.agent));
        }
    }

    final Key key;

    /** Those that can meet it, and those of them that have a place now. */
    final Set<AgentView> candidates = new LinkedHashSet<>();

    private final Set<AgentView> free = new LinkedHashSet<>();
    private final List<AgentConstraint> preferences;
    private final List<Set<TaskEntry>> byPriority = new ArrayList<>();
    private int size;

    Demand(Key key) {
        this.key = key;
        this.preferences =
                key.constraints().stream().filter(AgentConstraint::isPreference).toList();
        for (int i = 0; i < Priority.values().length; i++) {
            byPriority.add(new LinkedHashSet<>());
        }
    }

    void add(TaskEntry entry) {
        if (byPriority.get(entry.spec.priority().ordinal()).add(entry)) {
            size++;
        }
    }

    void remove(TaskEntry entry) {
        if (byPriority.get(entry.spec.priority().ordinal()).remove(entry)) {
            size--;
        }
    }

    int size() {
        return size;
    }

    /** {@return the ready tasks of a priority, the longest waiting first} */
    Set<TaskEntry> queue(Priority priority) {
        return byPriority.get(priority.ordinal());
    }

    boolean dispatchable() {
        return size > 0 && !free.isEmpty();
    }

    /** Notes whether an agent has a place. */
    void place(AgentView view, boolean hasPlace) {
        if (hasPlace) {
            free.add(view);
        } else {
            free.remove(view);
        }
    }

    void removeAgent(AgentView view) {
        candidates.remove(view);
        free.remove(view);
    }

    /**
     * {@return the task whose turn it is: within one priority the longest waiting is always the most
     * urgent, so that only the first of each is looked at}
     */
    @Nullable TaskEntry head(Ageing ageing, long now) {
        TaskEntry best = null;
        for (Set<TaskEntry> queue : byPriority) {
            if (!queue.isEmpty()) {
                TaskEntry first = queue.iterator().next();
                if (best == null || ageing.compare(first, best, now) < 0) {
                    best = first;
                }
            }
        }
        return best;
    }

    /**
     * {@return an agent with a place: the one that meets most preferences, else each in its turn}
     */
    @Nullable AgentView nextAgent() {
        Iterator<AgentView> all = free.iterator();
        if (!all.hasNext()) {
            return null;
        }
        AgentView best = all.next();
        if (!preferences.isEmpty()) {
            long bestScore = score(best);
            while (bestScore < preferences.size() && all.hasNext()) {
                AgentView other = all.next();
                long score = score(other);
                if (score > bestScore) {
                    best = other;
                    bestScore = score;
                }
            }
        }
        free.remove(best); // to the end of the line
        free.add(best);
        return best;
    }

    private long score(AgentView view) {
        return preferences.stream().filter(wish -> wish.matches(view.agent)).count();
    }
}
