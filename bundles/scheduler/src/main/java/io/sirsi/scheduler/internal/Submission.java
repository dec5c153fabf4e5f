package io.sirsi.scheduler.internal;

import io.sirsi.journal.FailPoint;
import io.sirsi.session.SessionId;
import io.sirsi.task.TaskId;
import java.util.AbstractList;
import java.util.List;

/** A submission on its way: refused at once, or answered when its tasks are on the disk. */
abstract class Submission extends Call<List<TaskId>> implements TaskLife.Waiter {

    private final TaskLife life;
    private final SessionId session;
    private TaskEntry[] entries = {};
    private long position;

    Submission(TaskLife life, SessionId session) {
        this.life = life;
        this.session = session;
    }

    SessionId session() {
        return session;
    }

    /** These are its tasks, and the log will say so at this position. */
    void accepted(TaskEntry[] tasks, long at) {
        entries = tasks;
        position = at;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void reached() {
        for (TaskEntry entry : entries) {
            life.arrive(entry);
        }
        answer(new Ids(entries));
        FailPoint.reach("K4-acknowledged-not-dispatched");
    }

    @Override
    public void failed(RuntimeException why) {
        fail(why);
    }

    /** The names of tasks, made when they are read. */
    private static final class Ids extends AbstractList<TaskId> {
        private final TaskEntry[] entries;

        Ids(TaskEntry[] entries) {
            this.entries = entries;
        }

        @Override
        public TaskId get(int index) {
            return entries[index].id();
        }

        @Override
        public int size() {
            return entries.length;
        }
    }
}
