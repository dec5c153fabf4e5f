package io.sirsi.task;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A task in the hands of an agent, for one attempt: what is to be done, and the way to speak of it
 * with whoever scheduled it. Thread-safe. What is said after the attempt has ended is ignored.
 */
@ProviderType
public interface TaskAssignment {

    /** {@return the task} */
    TaskId task();

    /** {@return what was asked for} */
    TaskSpec spec();

    /** {@return the attempt's number, from 1} */
    int attempt();

    /**
     * {@return the fence of this attempt: grows with every start of any task, also across restarts
     * of the node; a completion with another fence is refused}
     */
    long fence();

    /** {@return how long the attempt may run, from the moment that it was handed over} */
    Duration timeout();

    /** {@return the way to speak of it} */
    TaskMonitor monitor();
}
