package io.sirsi.shell.internal;

import io.sirsi.hypervisor.Hypervisor;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSnapshot;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;

/**
 * Waits for the end of a task by asking now and then, and says meanwhile what the task itself waits
 * for; its own timeouts end the wait.
 */
public final class TaskWait {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Hypervisor hypervisor;
    private final PrintStream notices;
    private final Clock clock;
    private final Sleeper sleeper;

    /**
     * Waits for tasks.
     *
     * @param hypervisor whom to ask
     * @param notices gets a line when there is something to say; not where the answer goes
     * @param clock the time
     * @param sleeper how to wait
     */
    public TaskWait(Hypervisor hypervisor, PrintStream notices, Clock clock, Sleeper sleeper) {
        this.hypervisor = hypervisor;
        this.notices = notices;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /**
     * Waits.
     *
     * @param task the task
     * @return the task as it ended
     * @throws InterruptedException if interrupted; the task goes on
     */
    public TaskSnapshot until(TaskId task) throws InterruptedException {
        WaitNews news = new WaitNews(hypervisor, task, clock);
        TaskSnapshot snapshot = hypervisor.task(task);
        while (!snapshot.state().isFinal()) {
            news.next().ifPresent(sentence -> notices.println(task + ": " + sentence));
            sleeper.sleep(POLL);
            snapshot = hypervisor.task(task);
        }
        return snapshot;
    }
}
