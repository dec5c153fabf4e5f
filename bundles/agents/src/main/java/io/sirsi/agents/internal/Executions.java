package io.sirsi.agents.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that run, and those that ended and have not been released; in the order of their start.
 * A list through the tasks themselves, so that a task costs no further object and leaves in one
 * step. Thread-safe.
 */
final class Executions {

    private @Nullable RunningTask first;
    private @Nullable RunningTask last;

    synchronized void add(RunningTask task) {
        RunningTask end = last;
        if (end == null) {
            first = task;
        } else {
            end.after = task;
            task.before = end;
        }
        last = task;
    }

    synchronized void remove(RunningTask task) {
        RunningTask before = task.before;
        RunningTask after = task.after;
        if (before == null && first != task) {
            return; // it has left already
        }
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        task.before = null;
        task.after = null;
    }

    /** {@return those that match, in order} */
    synchronized List<RunningTask> all(Predicate<RunningTask> wanted) {
        List<RunningTask> found = new ArrayList<>();
        for (RunningTask task = first; task != null; task = task.after) {
            if (wanted.test(task)) {
                found.add(task);
            }
        }
        return found;
    }
}
