package io.sirsi.shell.internal;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import java.util.concurrent.TimeUnit;

/** Waits for the end of a task by asking now and then; its own timeouts end the wait. */
public final class TaskWait {

    private static final long POLL_MS = 200;

    private TaskWait() {}

    /**
     * Waits.
     *
     * @param hypervisor whom to ask
     * @param task the task
     * @return the task as it ended
     * @throws InterruptedException if interrupted; the task goes on
     */
    public static TaskSnapshot until(Hypervisor hypervisor, TaskId task)
            throws InterruptedException {
        TaskSnapshot snapshot = hypervisor.task(task);
        while (!snapshot.state().isFinal()) {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            snapshot = hypervisor.task(task);
        }
        return snapshot;
    }
}
