package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.AgentConstraint;
import io.sirsi.task.Priority;
import io.sirsi.task.TaskSpec;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
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

    private static final Comparator<TaskEntry> LONGEST_WAITING_FIRST =
            Comparator.comparingLong(entry -> entry.readyNumber);

    final Key key;

    /** Those that can meet it, and those of them that have a place now. */
    final Set<AgentView> candidates = new LinkedHashSet<>();

    private final Set<AgentView> free = new LinkedHashSet<>();
    private final List<AgentConstraint> preferences;
    private final Map<Priority, NavigableSet<TaskEntry>> byPriority = new EnumMap<>(Priority.class);
    private int size;

    Demand(Key key) {
        this.key = key;
        this.preferences =
                key.constraints().stream().filter(AgentConstraint::isPreference).toList();
    }

    void add(TaskEntry entry) {
        if (queue(entry).add(entry)) {
            size++;
        }
    }

    void remove(TaskEntry entry) {
        if (queue(entry).remove(entry)) {
            size--;
        }
    }

    private NavigableSet<TaskEntry> queue(TaskEntry entry) {
        return byPriority.computeIfAbsent(
                entry.spec.priority(), priority -> new TreeSet<>(LONGEST_WAITING_FIRST));
    }

    int size() {
        return size;
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
     * {@return the task whose turn it is: within one priority the longest waiting is always the
     * most urgent, so that only the first of each is looked at}
     */
    @Nullable TaskEntry head(Ageing ageing, long now) {
        TaskEntry best = null;
        for (NavigableSet<TaskEntry> queue : byPriority.values()) {
            if (!queue.isEmpty()) {
                TaskEntry first = queue.first();
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
