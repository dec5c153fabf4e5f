package io.sirsi.task;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A task was accepted.
 *
 * @param task as accepted
 * @param at when
 */
public record TaskSubmitted(TaskSnapshot task, Instant at) implements Event {}
