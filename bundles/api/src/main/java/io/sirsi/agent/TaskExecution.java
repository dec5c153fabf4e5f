package io.sirsi.agent;

import io.sirsi.task.TaskId;
import io.sirsi.task.TaskMonitor;
import io.sirsi.task.TaskOutcome;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A task that an agent runs. Its outcome always comes, also when the agent or its bundle goes away:
 * to the monitor of its assignment, and to that of whoever adopted it since. Thread-safe.
 */
@ProviderType
public interface TaskExecution {

    /** {@return which agent runs it} */
    AgentId agent();

    /** {@return which task it is} */
    TaskId task();

    /** {@return which attempt, from 1} */
    int attempt();

    /** {@return the fence of the attempt} */
    long fence();

    /** {@return how it ended; empty while it runs} */
    Optional<TaskOutcome> outcome();

    /** Asks the agent to stop: its context says so from now on. */
    void cancel();

    /** Interrupts the agent's thread, for an agent that did not listen. */
    void interrupt();

    /**
     * Gives up waiting: the outcome becomes the one given, now; whatever the agent still does is
     * ignored and its place is not given away until its thread really ends.
     *
     * @param outcome the outcome to report
     */
    void abandon(TaskOutcome outcome);

    /**
     * Takes over from a scheduler that is gone: from now on the attempt speaks with this monitor.
     * If it has ended already, the monitor is told at once, on this thread.
     *
     * @param monitor the way to speak of it
     */
    void adopt(TaskMonitor monitor);

    /**
     * Says that the outcome is in the record: it need not be kept for a next scheduler any more.
     */
    void release();
}
