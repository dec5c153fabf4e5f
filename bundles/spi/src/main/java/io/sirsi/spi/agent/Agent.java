package io.sirsi.spi.agent;

import io.sirsi.agent.Health;
import io.sirsi.task.TaskOutcome;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An automation. {@link #run} is called on up to as many threads at once as the type's descriptor
 * says; each call is one attempt of one task.
 */
@ConsumerType
public interface Agent {

    /**
     * Runs one attempt of a task. Looks at {@link TaskContext#cancelled} now and then and obeys an
     * interrupt.
     *
     * @param task the task, and the way to speak of it
     * @return how it ended; an expected failure is a value
     * @throws InterruptedException if interrupted
     * @throws AgentFailureException an expected failure, where throwing is more convenient
     * @throws Exception our own bug: logged once with its stack, and reported as a failure INTERNAL
     */
    TaskOutcome run(TaskContext task) throws Exception;

    /**
     * {@return how well this agent is, from what it knows already; quick, no calls to the outside}
     */
    default Health health() {
        return Health.ok();
    }

    /** Releases everything. Called once, after the last task ended or was abandoned. */
    default void stop() {}
}
