package io.sirsi.task;

import io.sirsi.event.Event;
import java.time.Duration;
import java.time.Instant;

/**
 * A task reached one of its final states.
 *
 * @param task as it ended
 * @param ran how long its last attempt ran; zero if none did
 * @param at when
 */
public record TaskFinished(TaskSnapshot task, Duration ran, Instant at) implements Event {}
