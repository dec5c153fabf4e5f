package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import io.sirsi.task.TaskSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where tasks are kept. Written by one thread at a time, under the scheduler's lock; read by any
 * thread at any time.
 */
interface TaskStore {

    /**
     * Keeps new tasks, all or none. When it returns, they are kept.
     *
     * @param tasks in the order of their submission
     */
    void add(List<TaskSnapshot> tasks);

    /**
     * Keeps the new state of a task.
     *
     * @param task a task that was added; its last state was not final
     */
    void update(TaskSnapshot task);

    /** {@return the task with this name, if it is still kept} */
    Optional<TaskSnapshot> find(TaskId task);

    /** {@return the task for which a session used this key, if it is still kept} */
    Optional<TaskId> findKey(SessionId session, String key);

    /** {@return the tasks that match, newest first} */
    List<TaskSnapshot> list(TaskQuery query);

    /** {@return how many tasks are in each state, by its name} */
    Map<String, Long> counts();

    /** {@return how many tasks have not ended} */
    int unfinished();
}
