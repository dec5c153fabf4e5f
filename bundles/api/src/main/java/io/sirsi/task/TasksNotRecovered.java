package io.sirsi.task;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A scheduler could not read its record and does not start.
 *
 * @param sentence what is wrong, where, and what to do
 * @param at when that was found
 */
public record TasksNotRecovered(String sentence, Instant at) implements Event {}
