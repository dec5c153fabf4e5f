package io.sirsi.scheduler.internal;

import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskQuery;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Tasks that have ended, for as long as they are remembered. */
interface History {

    /** Adds one; for one thread. Seen by the other methods at once; a second time, ignored. */
    void append(HistoryStore.Finished finished) throws IOException;

    /**
     * Adds one that cannot have been added before, which spares looking for it; as {@link #append}
     * else.
     */
    void appendNew(HistoryStore.Finished finished) throws IOException;

    /** When this returns, all that was added is on the disk. For the thread that adds. */
    void force() throws IOException;

    /** {@return the task, if it is remembered; for any thread} */
    Optional<HistoryStore.Finished> find(TaskId task);

    /** {@return the task that had a key in a session, if it is remembered; for any thread} */
    Optional<TaskId> findKey(SessionId session, String key);

    /** {@return those that match, newest first; for any thread} */
    List<HistoryStore.Finished> newest(TaskQuery query);

    /** Forgets what is too old or too much. For the thread that adds. */
    void expire() throws IOException;
}
