package io.sirsi.task;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The way to speak of a running attempt with whoever scheduled it. Thread-safe; ignored once the
 * attempt has ended.
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
     * Submits a further task in the same session, with the same labels beside its own.
     *
     * @param spec what is wanted
     * @return its name
     * @throws io.sirsi.failure.RefusedException as {@link TaskScheduler#schedule}
     */
    TaskId submit(TaskSpec spec);

    /**
     * {@return what came out of a task that this one depends on; empty if it did not succeed or is
     * no dependency}
     */
    Optional<Payload> outputOf(TaskId dependency);
}
