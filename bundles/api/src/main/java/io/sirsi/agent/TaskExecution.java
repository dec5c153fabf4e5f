package io.sirsi.agent;

import io.sirsi.task.TaskOutcome;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A task that an agent runs. Its outcome always comes, also when the agent or its bundle goes away.
 * Thread-safe.
 */
@ProviderType
public interface TaskExecution {

    /** {@return which agent runs it} */
    AgentId agent();

    /**
     * {@return how it ended, once; never completes exceptionally: a bug in the agent is a failure
     * INTERNAL}
     */
    CompletionStage<TaskOutcome> outcome();

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
}
