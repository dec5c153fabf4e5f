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

    /**
     * {@return the fence of this attempt: greater than that of every attempt that was started
     * before it, also before a restart of the node. Give it along with each write to a system that
     * refuses a smaller one than it has seen, and an attempt that was given up cannot do harm}
     */
    long fence();

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
     * Says that it is alive. Needed where the task asked for signs of life and nothing else is said
     * in time.
     */
    void heartbeat();

    /**
     * Says from where a later attempt may go on; also a sign of life. On disk within moments, but
     * not when this returns: what the token promises must already be true.
     *
     * @param resumeToken 1 to 4,096 characters, no secret; replaces the one before
     * @throws IllegalArgumentException for an empty or a longer one
     */
    void checkpoint(String resumeToken);

    /**
     * {@return the token that this or an earlier attempt of the task gave last; empty if none did}
     */
    Optional<String> resumeToken();

    /**
     * Says something for those who watch the task.
     *
     * @param line one line of text, at most 4,096 characters, of which the rest is cut off; no
     *     secret
     */
    void log(String line);

    /**
     * Names one step of this task to the outside: a system that honours such keys does the step
     * once, however often it is asked. The same in every attempt and on every node; see {@link
     * IdempotencyKey}.
     *
     * @param step which step, the same words in every attempt, 1 to 200 characters
     * @return 52 characters of lower-case ASCII letters and digits
     * @throws IllegalArgumentException for an empty or a longer step
     */
    String idempotencyKey(String step);

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
