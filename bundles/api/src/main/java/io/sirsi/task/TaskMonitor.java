package io.sirsi.task;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The way to speak of a running attempt with whoever scheduled it. Thread-safe; never waits for
 * another attempt; ignored once the attempt has ended.
 */
@ProviderType
public interface TaskMonitor {

    /**
     * Says how far it is; also a sign of life.
     *
     * @param done parts done
     * @param total parts in all, or 0 if unknown
     * @param note a few words
     */
    void progress(long done, long total, String note);

    /**
     * Says that it is alive, and from where a later attempt may go on. On disk within moments, but
     * not when this returns.
     *
     * @param resumeToken at most 4,096 characters; empty for a mere sign of life, which leaves the
     *     token as it was
     * @throws IllegalArgumentException for a longer one
     */
    void heartbeat(String resumeToken);

    /** {@return the token that this or an earlier attempt gave last; empty if none did} */
    Optional<String> resumeToken();

    /**
     * Says something for those who watch.
     *
     * @param line one line of text, at most 4,096 characters, of which the rest is cut off; no
     *     secret
     */
    void log(String line);

    /**
     * Submits a further task in the same session, with the same labels beside its own.
     *
     * @param spec what is wanted
     * @return its name
     * @throws io.sirsi.failure.RefusedException as {@link TaskScheduler#schedule}; UNAVAILABLE also
     *     while the scheduler is being replaced
     */
    TaskId submit(TaskSpec spec);

    /**
     * {@return what came out of a task that this one depends on; empty if it did not succeed or is
     * no dependency}
     */
    Optional<Payload> outputOf(TaskId dependency);

    /**
     * Tells how the attempt ended. Once; called by whoever runs it, not by the agent's code.
     *
     * @param outcome how
     */
    void ended(TaskOutcome outcome);
}
