package io.sirsi.hypervisor;

import io.sirsi.event.Subscription;
import io.sirsi.session.SessionId;
import io.sirsi.task.Explanation;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskGraph;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tasks. A caller without {@code session:any} sees and touches only tasks in sessions of its own;
 * one of another session is NOT_FOUND, as if there were none.
 */
@ProviderType
public interface TaskControl {

    /**
     * {@return the name of the new task}; needs {@code task:submit:TYPE}; the session must be
     * Active.
     */
    TaskId submitTask(SessionId session, TaskSpec spec);

    /**
     * {@return the names of the new tasks, in the order of the graph}; needs {@code
     * task:submit:TYPE} for each type in it. All are accepted or none; all count against the
     * session's limit. The session must be Active.
     */
    List<TaskId> submitTasks(SessionId session, TaskGraph graph);

    /** {@return the task}; needs {@code task:read}. */
    TaskSnapshot task(TaskId task);

    /** {@return the tasks that match, newest first}; needs {@code task:read}. */
    List<TaskSnapshot> tasks(TaskQuery query);

    /** {@return whether the task had not ended yet}; needs {@code task:cancel}. */
    boolean cancelTask(TaskId task);

    /**
     * Keeps a task from starting until it is resumed; if it runs, from being tried again.
     *
     * @return whether it had not ended yet; needs {@code task:pause}
     */
    boolean pauseTask(TaskId task);

    /** {@return whether the task was paused}; needs {@code task:resume}. */
    boolean resumeTask(TaskId task);

    /**
     * Starts no task of any session any more; what runs goes on. Needs {@code task:pause} and
     * {@code session:any}.
     */
    void pauseTasks();

    /** Starts tasks again; needs {@code task:resume} and {@code session:any}. */
    void resumeTasks();

    /**
     * Says why a task is not running. What belongs to sessions that the caller may not see counts
     * but is not named.
     *
     * @return the explanation; needs {@code task:read}
     */
    Explanation explainTask(TaskId task);

    /**
     * Tells what happens to a task from now on, until the subscription is closed. A task that has
     * ended already tells nothing: ask for it once after this call returned. Needs {@code
     * task:read}, which is asked again for each event.
     *
     * @param task which
     * @param listener hears it, behind a bounded queue and never on the thread of the task
     * @return ends it when closed
     * @throws io.sirsi.failure.RefusedException NOT_FOUND where there is no such task, LIMIT where
     *     too many are watched at once
     */
    Subscription watchTask(TaskId task, TaskListener listener);

    /** {@return counts of the present moment, all sessions}; needs {@code task:read}. */
    SchedulerStats taskStats();
}
