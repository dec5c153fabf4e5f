package io.sirsi.task;

import io.sirsi.event.Event;
import java.time.Duration;
import java.time.Instant;

/**
 * An attempt began.
 *
 * @param task Running
 * @param waited how long it was ready before
 * @param at when
 */
public record TaskStarted(TaskSnapshot task, Duration waited, Instant at) implements Event {}
