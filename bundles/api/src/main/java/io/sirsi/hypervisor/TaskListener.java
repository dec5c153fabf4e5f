package io.sirsi.hypervisor;

import io.sirsi.event.Event;
import org.osgi.annotation.versioning.ConsumerType;

/** Hears what happens to one task. One call at a time, on a thread that may wait. */
@ConsumerType
public interface TaskListener {

    /**
     * Something happened.
     *
     * @param event one of {@link io.sirsi.task.TaskStarted}, {@link io.sirsi.task.TaskProgressed},
     *     {@link io.sirsi.task.TaskLogged}, {@link io.sirsi.task.TaskAttemptFailed} and {@link
     *     io.sirsi.task.TaskFinished}
     */
    void heard(Event event);

    /**
     * Progress and lines of the log were left out, because this listener was slower than the task
     * spoke. Changes of state never are.
     *
     * @param events how many, since the last event that was heard
     */
    default void missed(long events) {}
}
