package io.sirsi.task;

import io.sirsi.agent.AgentFailure;
import io.sirsi.event.Event;
import java.time.Instant;

/**
 * An attempt failed and another follows.
 *
 * @param task in RetryWait
 * @param failure why
 * @param at when
 */
public record TaskAttemptFailed(TaskSnapshot task, AgentFailure failure, Instant at)
        implements Event {}
