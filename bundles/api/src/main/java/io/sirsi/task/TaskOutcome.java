package io.sirsi.task;

import io.sirsi.agent.AgentFailure;
import java.time.Duration;

/** How one attempt ended, as a value. */
public sealed interface TaskOutcome {

    /** {@return how long it ran} */
    Duration ran();

    /**
     * It reached its aim.
     *
     * @param ran how long it ran
     * @param output what came out
     */
    record Succeeded(Duration ran, Payload output) implements TaskOutcome {}

    /**
     * It did not.
     *
     * @param ran how long it ran
     * @param failure why, with its retry flag
     */
    record Failed(Duration ran, AgentFailure failure) implements TaskOutcome {}

    /**
     * It was asked to stop, and did.
     *
     * @param ran how long it ran
     * @param reason why it was asked to stop
     */
    record Cancelled(Duration ran, String reason) implements TaskOutcome {}
}
