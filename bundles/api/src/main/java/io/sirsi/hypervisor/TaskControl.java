package io.sirsi.hypervisor;

import io.sirsi.session.SessionId;
import io.sirsi.task.SchedulerStats;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import io.sirsi.task.TaskSpec;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tasks. A caller without {@code session:any} sees and touches only tasks in sessions of its own.
 */
@ProviderType
public interface TaskControl {

    /**
     * {@return the name of the new task}; needs {@code task:submit:TYPE}; the session must be
     * Active.
     */
    TaskId submitTask(SessionId session, TaskSpec spec);

    /** {@return the task}; needs {@code task:read}. */
    TaskSnapshot task(TaskId task);

    /** {@return the tasks that match, newest first}; needs {@code task:read}. */
    List<TaskSnapshot> tasks(TaskQuery query);

    /** {@return whether the task had not ended yet}; needs {@code task:cancel}. */
    boolean cancelTask(TaskId task);

    /** {@return counts of the present moment, all sessions}; needs {@code task:read}. */
    SchedulerStats taskStats();
}
