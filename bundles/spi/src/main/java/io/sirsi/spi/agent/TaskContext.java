package io.sirsi.spi.agent;

import io.sirsi.failure.RefusedException;
import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** One attempt of one task, as the agent sees it. Thread-safe. */
@ProviderType
public interface TaskContext {

    /** {@return the task's name} */
    TaskId id();

    /** {@return what was asked for: type, input, labels} */
    TaskSpec spec();

    /** {@return the attempt's number, from 1} */
    int attempt();

    /** {@return how long this attempt has been running} */
    Duration elapsed();

    /** {@return how long this attempt may still run; zero when its time is up} */
    Duration remaining();

    /** {@return whether someone wants it to stop, or its time is up} */
    boolean cancelled();

    /**
     * Says how far it is; also a sign of life.
     *
     * @param done parts done
     * @param total parts in all, or 0 if unknown
     * @param note a few words, no secret
     */
    void progress(long done, long total, String note);

    /**
     * Submits a further task in the same session, with this task's labels beside its own.
     *
     * @param spec what is wanted
     * @return its name
     * @throws RefusedException as {@link io.sirsi.task.TaskScheduler#schedule}
     */
    TaskId submit(TaskSpec spec);

    /**
     * {@return what came out of a task that this one depends on; empty if it did not succeed or is
     * no dependency}
     */
    Optional<Payload> outputOf(TaskId dependency);
}
