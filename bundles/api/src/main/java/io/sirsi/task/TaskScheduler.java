package io.sirsi.task;

import io.sirsi.session.SessionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Decides which task runs where and when. For the core; doors go through the hypervisor.
 * Thread-safe; no method waits for a task to run.
 */
@ProviderType
public interface TaskScheduler {

    /**
     * Accepts a task. When this returns, the task is in the store.
     *
     * @param session whose it is
     * @param spec what is wanted
     * @return its name; the name of the earlier task where the session has used the idempotency key
     *     before
     * @throws io.sirsi.failure.RefusedException NOT_FOUND for an unknown dependency or one of
     *     another session, LIMIT where the store is full, UNAVAILABLE where it cannot be stored
     */
    TaskId schedule(SessionId session, TaskSpec spec);

    /**
     * Accepts several tasks that depend on each other, all or none.
     *
     * @param session whose they are
     * @param graph the tasks by a name of their own
     * @return the tasks' ids in the order of the graph
     * @throws io.sirsi.failure.RefusedException as {@link #schedule}; INVALID for a cycle, which
     *     the sentence prints
     */
    List<TaskId> scheduleAll(SessionId session, TaskGraph graph);

    /** {@return the task with this name, if it is known} */
    Optional<TaskSnapshot> find(TaskId task);

    /** {@return the tasks that match, newest first} */
    List<TaskSnapshot> list(TaskQuery query);

    /**
     * Calls a task off: it never starts, or is asked to stop, then interrupted, then abandoned.
     *
     * @param task which
     * @param reason by whom and why
     * @return whether it had not ended yet
     */
    boolean cancel(TaskId task, String reason);

    /**
     * Calls off all unfinished tasks of a session.
     *
     * @param session whose
     * @param reason by whom and why
     * @return how many
     */
    int cancelAll(SessionId session, String reason);

    /**
     * Stops starting tasks of a session; what runs goes on.
     *
     * @param session whose
     * @param paused whether to stop, or to go on
     * @throws io.sirsi.failure.RefusedException UNAVAILABLE where it cannot be stored
     */
    void pause(SessionId session, boolean paused);

    /**
     * Keeps a task from starting, until it is resumed; if it runs, from being tried again. On disk
     * when this returns.
     *
     * @param task which
     * @param by who wants that, for {@link #explain}
     * @return whether it had not ended yet
     */
    boolean pauseTask(TaskId task, String by);

    /**
     * Lets a paused task start again.
     *
     * @param task which
     * @return whether it was paused
     */
    boolean resumeTask(TaskId task);

    /**
     * Starts nothing any more, on disk when this returns; what runs goes on.
     *
     * @param by who wants that, for {@link #explain}
     */
    void pauseAll(String by);

    /** Starts tasks again after {@link #pauseAll}. */
    void resumeAll();

    /**
     * Shares out what sessions have to share, such as places in limits: a session with twice the
     * weight gets twice as much while both want more than there is.
     *
     * @param session which
     * @param weight 1 to 1,000; 1 for those never named
     */
    void weigh(SessionId session, int weight);

    /** {@return why a task is not running, if it is known} */
    Optional<Explanation> explain(TaskId task);

    /**
     * Counts what has not ended in a session; right at any moment, also after a restart. Asked at
     * every submission through a door, so implementations keep the number.
     *
     * @param session which
     * @return how many tasks; 0 for a session that has none
     */
    default int unfinished(SessionId session) {
        return list(new TaskQuery(Optional.of(session), TaskState.UNFINISHED, Map.of(), 1_000_000))
                .size();
    }

    /** {@return the sessions in which something has not ended} */
    default Set<SessionId> sessions() {
        return list(new TaskQuery(Optional.empty(), TaskState.UNFINISHED, Map.of(), 1_000_000))
                .stream()
                .map(TaskSnapshot::session)
                .collect(Collectors.toSet());
    }

    /** {@return what was found when the record was opened; empty where nothing is kept on disk} */
    default Optional<TasksRecovered> recovery() {
        return Optional.empty();
    }

    /** {@return counts of the present moment} */
    SchedulerStats stats();
}
